//! What Lambda sets when nobody says anything, and how long its callers wait.

/// Seconds a function may run when nothing is said (AWS Lambda quotas, read 2026-11-23).
pub const TIMEOUT: i64 = 3;

/// MB of memory a function has when nothing is said (same page).
pub const MEMORY: i64 = 128;

/// MB of `/tmp` a function has when nothing is said (same page).
pub const STORAGE: i64 = 512;

/// Seconds a REST or WebSocket API waits by default (API Gateway quotas, read 2026-11-23).
pub const REST: i64 = 29;

/// Seconds an HTTP API waits at most (same page).
pub const HTTP: i64 = 30;

/// Seconds a REST API waits for an integration that streams its answer (API Gateway developer guide, read 2026-11-23).
pub const STREAM: i64 = 900;

/// Seconds Cognito waits for a trigger (Cognito developer guide, read 2026-11-23).
pub const COGNITO: i64 = 5;

/// Seconds AppSync waits for a data source (AppSync quotas, read 2026-11-23).
pub const APPSYNC: i64 = 30;

/// Records in a batch from a queue when nothing is said (Lambda API reference, read 2026-11-23).
pub const QUEUE_BATCH: i64 = 10;

/// Records in a batch from a stream when nothing is said (same page).
pub const STREAM_BATCH: i64 = 100;

/// Seconds a message stays hidden when nothing is said (SQS API reference, read 2026-11-23).
pub const VISIBILITY: i64 = 30;

/// Bytes that a package unzips to at most, layers included (Lambda quotas page, read 2026-11-23).
pub const UNZIPPED: i64 = 262_144_000;
