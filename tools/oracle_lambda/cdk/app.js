// An app of the CDK with what reproof has to tell apart: assets, sources, aliases, nested stacks, stages, and functions of its own.
const cdk = require("aws-cdk-lib");
const lambda = require("aws-cdk-lib/aws-lambda");
const sources = require("aws-cdk-lib/aws-lambda-event-sources");
const logs = require("aws-cdk-lib/aws-logs");
const s3 = require("aws-cdk-lib/aws-s3");
const sqs = require("aws-cdk-lib/aws-sqs");
const apigateway = require("aws-cdk-lib/aws-apigateway");
const path = require("path");

const code = () => lambda.Code.fromAsset(path.join(__dirname, "code"));
const python = { runtime: lambda.Runtime.PYTHON_3_13, handler: "app.handler" };

class Orders extends cdk.Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const jobs = new sqs.Queue(this, "Jobs", { visibilityTimeout: cdk.Duration.seconds(60) });
    const work = new lambda.Function(this, "Work", {
      ...python,
      code: code(),
      timeout: cdk.Duration.seconds(30),
      memorySize: 512,
      architecture: lambda.Architecture.ARM_64,
    });
    work.addEventSource(new sources.SqsEventSource(jobs, { batchSize: 5, reportBatchItemFailures: true }));
    work.addAlias("live");
    new lambda.Function(this, "Plain", { ...python, code: code() });
    const api = new lambda.Function(this, "Api", { ...python, code: code(), timeout: cdk.Duration.minutes(1) });
    new apigateway.LambdaRestApi(this, "Rest", { handler: api });
    const inline = { runtime: lambda.Runtime.NODEJS_22_X, handler: "index.handler" };
    new lambda.Function(this, "Inline", {
      ...inline,
      code: lambda.Code.fromInline("exports.handler = async () => 1;"),
      logRetention: logs.RetentionDays.ONE_WEEK,
    });
    new s3.Bucket(this, "Bucket", { autoDeleteObjects: true, removalPolicy: cdk.RemovalPolicy.DESTROY });
    new Nested(this, "Nested");
  }
}

class Nested extends cdk.NestedStack {
  constructor(scope, id) {
    super(scope, id);
    new lambda.Function(this, "Inner", { ...python, code: code(), timeout: cdk.Duration.seconds(7), memorySize: 256 });
  }
}

class Delivery extends cdk.Stage {
  constructor(scope, id) {
    super(scope, id);
    new Orders(this, "Orders");
  }
}

const app = new cdk.App();
new Orders(app, "Orders");
new Delivery(app, "Production");
app.synth();
