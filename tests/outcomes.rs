//! Outcomes of planted histories: exact counts, exact times.

use std::fs;

use serde_json::{Value, json};

use crate::planted::{Planted, Project, START, run};

const DAY: f64 = 24.0;

/// A lockfile's row.
fn row(report: &Value) -> &Value {
    &report["outcomes"][0]
}

/// The kinds and packages of the events, the oldest first.
fn events(report: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let list = row(report)["events"].as_array().unwrap();
    list.iter().rev().map(|event| (text(&event["kind"]), text(&event["package"]))).collect()
}

fn evidence(report: &Value, package: &str) -> Value {
    let list = row(report)["events"].as_array().unwrap();
    let found = list.iter().find(|event| event["package"] == package).unwrap();
    found["evidence"].clone()
}

#[test]
fn five_kinds_of_rollbacks_are_told_apart() {
    let mut planted = Planted::new();
    let names = ["amber", "birch", "cedar", "dune", "elm", "fir"];
    let mut project = Project::of(&names.map(|name| (name, "1.0")));
    project.put(&mut planted, "");
    planted.commit(0.0, "Begin");
    // By its message, to a version that was never locked.
    project.set("amber", "2.0").put(&mut planted, "");
    planted.commit(DAY, "Update amber");
    project.set("amber", "1.1").put(&mut planted, "");
    planted.commit(DAY + 5.0, "Downgrade amber, it leaks");
    // By the commit that it names.
    project.set("birch", "2.0").put(&mut planted, "");
    planted.commit(20.0 * DAY, "Update birch");
    let sha = planted.head();
    project.set("birch", "1.5").put(&mut planted, "");
    planted.commit(20.0 * DAY + 8.0, &format!("As before\n\nThis reverts commit {sha}."));
    // By an earlier lockfile, byte for byte.
    project.set("cedar", "2.0").put(&mut planted, "");
    planted.commit(40.0 * DAY, "Update cedar");
    project.set("cedar", "1.0").put(&mut planted, "");
    planted.commit(40.0 * DAY + 11.0, "Make the build green");
    // By a requirement that now forbids the version.
    project.set("dune", "2.0").put(&mut planted, "");
    planted.commit(60.0 * DAY, "Update dune");
    project.set("dune", "1.9").ask("dune", ">=1,<2").put(&mut planted, "");
    planted.commit(60.0 * DAY + 14.0, "Make the build green again");
    // Perhaps: exactly the version before, and nothing else.
    project.set("elm", "2.0").set("fir", "2.0").put(&mut planted, "");
    planted.commit(80.0 * DAY, "Update elm and fir");
    project.set("elm", "1.0").put(&mut planted, "");
    planted.commit(80.0 * DAY + 17.0, "Mend the import");
    let report = planted.report(&[]);
    let row = row(&report);
    assert_eq!(row["rollbacks"], json!({ "confirmed": 4, "possible": 1, "lock_regressions": 0, "downgrades": 0 }));
    assert_eq!(row["lock_events"], 10);
    assert_eq!(row["emergency_changes"], 4);
    assert_eq!(evidence(&report, "amber"), json!(["message"]));
    assert_eq!(evidence(&report, "birch"), json!(["reverts-commit"]));
    assert_eq!(evidence(&report, "cedar"), json!(["same-lockfile", "exact-return"]));
    assert_eq!(evidence(&report, "dune"), json!(["requirement"]));
    assert_eq!(evidence(&report, "elm"), json!(["exact-return"]));
    let recovery = &row["time_to_recover_hours"];
    // 5, 8, 11 and 14 hours; the possible one does not count.
    assert_eq!((&recovery["median"], &recovery["n"], &recovery["p90"]), (&json!(9.5), &json!(4), &Value::Null));
    assert_eq!(recovery["source"], "history");
    // Nine of ten batches are of one package, one is of two.
    assert_eq!((&row["batch"]["n"], &row["batch"]["largest"]), (&json!(10), &json!(2)));
    assert_eq!(row["batch"]["single_share"], 0.9);
    assert_eq!(row["fresh_share"]["commits"], 1.0);
    // The later of two windows ends before the step back.
    let narrow = planted.report(&["--window", "0"]);
    assert_eq!(narrow["outcomes"][0]["rollbacks"]["confirmed"], 0);
    let late = planted.report(&["--since", "2026-02-10"]);
    assert_eq!(late["outcomes"][0]["rollbacks"]["confirmed"], 2);
    let text = planted.metrics(&[]).1;
    assert!(text.contains("4 confirmed, 1 possible"), "{text}");
    assert!(text.contains("median 9.5 h (n = 4)"), "{text}");
}

#[test]
fn old_branches_and_relocks_are_no_rollbacks() {
    let mut planted = Planted::new();
    let names = ["amber", "birch", "cedar", "dune", "elm"];
    let mut project = Project::of(&names.map(|name| (name, "1.0")));
    project.put(&mut planted, "");
    planted.commit(0.0, "Begin");
    for name in names {
        project.set(name, "2.0");
    }
    project.put(&mut planted, "");
    planted.commit(DAY, "Update all");
    // A branch from before brings its lockfile and a package of its own.
    let mut stale = Project::of(&names.map(|name| (name, "1.0")));
    stale.set("ginkgo", "1.0").ask("ginkgo", ">=1").put(&mut planted, "");
    planted.commit(2.0 * DAY, "Add the ginkgo feature");
    // What was taken back comes back, with an old lockfile beside it: not a rollback of what it lowers.
    for name in names {
        stale.set(name, "3.0");
    }
    stale.put(&mut planted, "");
    planted.commit(10.0 * DAY, "Update all again");
    let sha = planted.head();
    for name in names {
        stale.set(name, "1.0");
    }
    stale.set("hazel", "1.0").ask("hazel", ">=1").put(&mut planted, "");
    planted.commit(11.0 * DAY, &format!("Revert of a revert: add hazel\n\nThis reverts commit {sha}."));
    // A relock: one down to a version that was never there, three up.
    for name in ["birch", "cedar", "dune"] {
        stale.set(name, "4.0");
    }
    stale.set("amber", "5.0").put(&mut planted, "");
    planted.commit(30.0 * DAY, "Update");
    for name in ["birch", "cedar", "dune"] {
        stale.set(name, "6.0");
    }
    stale.set("amber", "4.5").put(&mut planted, "");
    planted.commit(31.0 * DAY, "Update");
    // Too long after the upgrade.
    stale.set("elm", "9.0").put(&mut planted, "");
    planted.commit(50.0 * DAY, "Update elm");
    stale.set("elm", "1.0").put(&mut planted, "");
    planted.commit(70.0 * DAY, "Downgrade elm");
    let report = planted.report(&[]);
    assert_eq!(
        row(&report)["rollbacks"],
        json!({ "confirmed": 0, "possible": 0, "lock_regressions": 2, "downgrades": 1 })
    );
    let recovery = &row(&report)["time_to_recover_hours"];
    assert_eq!((&recovery["median"], &recovery["n"]), (&Value::Null, &json!(0)));
}

#[test]
fn pins_of_a_release_are_a_ritual() {
    let mut planted = Planted::new();
    let mut project = Project::of(&[("amber", "1.0"), ("birch", "1.0"), ("cedar", "1.0")]);
    project.put(&mut planted, "");
    planted.commit(0.0, "Begin");
    // Held in a hurry: exact, capped, one version excluded.
    for (days, name, requirement) in [(10.0, "amber", "==2.0"), (30.0, "birch", ">=1,<2"), (50.0, "cedar", ">=1,!=2.5")]
    {
        project.set(name, "2.0").put(&mut planted, "");
        planted.commit(days * DAY, "Update");
        project.ask(name, requirement).put(&mut planted, "");
        planted.commit(days * DAY + 3.0, "Hold");
    }
    // A cap above what is locked is a policy.
    project.set("cedar", "2.1").put(&mut planted, "");
    planted.commit(60.0 * DAY, "Update cedar");
    project.ask("cedar", ">=1,!=2.5,<3").put(&mut planted, "");
    planted.commit(61.0 * DAY, "Cap cedar below the next major");
    // Held for a release, which is tagged the day after.
    project.ask("amber", ">=1").put(&mut planted, "");
    planted.commit(70.0 * DAY, "Open amber");
    project.set("amber", "2.1").put(&mut planted, "");
    planted.commit(71.0 * DAY, "Update amber");
    project.ask("amber", "==2.1").put(&mut planted, "");
    planted.commit(72.0 * DAY, "Prepare the release");
    planted.write("CHANGES", "1.0").commit(73.0 * DAY, "Release 1.0");
    planted.git(&["tag", "v1.0", "main"]);
    let report = planted.report(&[]);
    assert_eq!(
        events(&report),
        [("emergency-pin", "amber"), ("emergency-pin", "birch"), ("emergency-pin", "cedar")]
            .map(|(kind, package)| (kind.to_owned(), package.to_owned()))
    );
    assert_eq!(
        [evidence(&report, "amber"), evidence(&report, "birch"), evidence(&report, "cedar")],
        [json!(["pin"]), json!(["cap"]), json!(["exclusion"])]
    );
    assert_eq!(row(&report)["emergency_changes"], 3);
}

#[test]
fn a_lockfile_is_followed_where_it_moves_and_changes_its_format() {
    let mut planted = Planted::new();
    let mut project = Project::of(&[("amber", "1.0"), ("birch", "1.0")]);
    planted.write("old/pyproject.toml", project.manifest()).write("old/poetry.lock", project.poetry_lock());
    planted.commit(0.0, "Begin with Poetry");
    project.set("amber", "1.1");
    planted.write("old/poetry.lock", project.poetry_lock()).commit(7.0 * DAY, "Update amber");
    // uv resolves anew: a change of format is no batch.
    project.set("amber", "3.0").set("birch", "3.0");
    planted.delete("old/poetry.lock");
    project.put(&mut planted, "old/");
    planted.commit(14.0 * DAY, "Move to uv");
    planted.delete("old/uv.lock").delete("old/pyproject.toml");
    project.put(&mut planted, "services/new/");
    planted.commit(21.0 * DAY, "Move the service");
    project.set("birch", "3.1").put(&mut planted, "services/new/");
    planted.commit(28.0 * DAY, "Update birch");
    // Another order of keys is no event.
    let other = project.lock().replace("revision = 3", "revision = 2");
    planted.write("services/new/uv.lock", other).commit(29.0 * DAY, "Lock with an older uv");
    let report = planted.report(&[]);
    let row = row(&report);
    assert_eq!(
        (&row["lock"], &row["lock_commits"], &row["lock_events"]),
        (&json!("services/new/uv.lock"), &json!(6), &json!(2))
    );
    assert_eq!(row["batch"]["largest"], 1);
    assert_eq!(events(&report).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>(), ["reset", "moved"]);
}

#[test]
fn freshness_is_replayed_and_unreadable_versions_are_said() {
    let mut planted = Planted::new();
    let mut project = Project::of(&[("amber", "1.0")]);
    project.put(&mut planted, "");
    planted.commit(0.0, "Begin");
    // Stale for ten of forty days.
    project.ask("birch", ">=1").set("birch", "1.0");
    planted.write("pyproject.toml", project.manifest()).commit(10.0 * DAY, "Ask for birch");
    planted.write("uv.lock", project.lock()).commit(20.0 * DAY, "Lock birch");
    planted.write("README", "x").commit(30.0 * DAY, "Nothing of the kind");
    planted.write("uv.lock", format!("<<<<<<< ours\n=======\n>>>>>>> theirs\n{}", project.lock()));
    planted.commit(39.9 * DAY, "Merge");
    planted.write("uv.lock", project.lock()).commit(40.0 * DAY, "Resolve");
    let report = planted.report(&[]);
    let row = row(&report);
    assert_eq!(row["unread"], 1);
    let fresh = &row["fresh_share"];
    assert_eq!((&fresh["n"], &fresh["states"], &fresh["commits"]), (&json!(5), &json!(5), &json!(0.6)));
    assert_eq!(fresh["longest_stale_hours"], 240.0);
    assert!((fresh["wall_time"].as_f64().unwrap() - 0.7475).abs() < 0.001, "{fresh}");
    let none = planted.report(&["--replay", "0"]);
    assert_eq!(none["outcomes"][0]["fresh_share"]["commits"], Value::Null);
    let two = planted.report(&["--replay", "2"]);
    assert_eq!(
        (&two["outcomes"][0]["fresh_share"]["n"], &two["outcomes"][0]["fresh_share"]["states"]),
        (&json!(2), &json!(5))
    );
}

#[test]
fn clocks_that_jump_are_said() {
    let mut planted = Planted::new();
    let mut project = Project::of(&[("amber", "1.0")]);
    for (index, time) in [START, START + 86_400, 315_532_800, START + 2 * 86_400, 4_102_444_800].iter().enumerate() {
        project.set("amber", &format!("1.{index}")).put(&mut planted, "");
        planted.commit_at(*time, "Update amber");
    }
    let report = planted.report(&[]);
    assert_eq!(report["history"]["clock_jumps"], 2);
    assert_eq!(report["history"]["last"], "2026-01-07");
    assert!(planted.metrics(&[]).1.contains("2 commits with a time that contradicts its neighbours"));
}

#[test]
fn a_history_that_cannot_be_counted_is_refused() {
    let planted = Planted::new();
    let (code, _, error) = planted.metrics(&[]);
    assert_eq!(code, 3, "{error}");
    assert!(error.contains("no commit yet"), "{error}");
    let mut planted = Planted::new();
    Project::of(&[("amber", "1.0")]).put(&mut planted, "");
    planted.commit(0.0, "Begin");
    planted.write("README", "x").commit(1.0, "More");
    let clone = tempfile::tempdir().unwrap();
    let url = format!("file://{}", planted.path().display());
    let to = clone.path().join("clone");
    planted.git(&["clone", "-q", "--depth", "1", &url, to.to_str().unwrap()]);
    let (code, _, error) = run(&to, &["metrics"]);
    assert_eq!(code, 3, "{error}");
    assert!(error.contains("shallow") && error.contains("fetch-depth: 0"), "{error}");
    let (code, _, error) = planted.metrics(&["--ref", "nowhere"]);
    assert_eq!((code, error.contains("no revision `nowhere`")), (3, true), "{error}");
    let bare = Planted::new();
    let mut bare = bare;
    bare.write("README", "x").commit(0.0, "Begin");
    let (code, _, error) = bare.metrics(&[]);
    assert_eq!((code, error.contains("nothing was measured")), (2, true), "{error}");
}

#[test]
fn incidents_and_pipelines_say_what_git_cannot() {
    let mut planted = Planted::new();
    let mut project = Project::of(&[("amber", "1.0")]);
    project.put(&mut planted, "");
    planted.commit(0.0, "Begin");
    let first = planted.head();
    project.set("amber", "2.0").put(&mut planted, "");
    planted.commit(48.0, "Update amber");
    let incidents = planted.path().join("incidents.json");
    fs::write(
        &incidents,
        r#"[
        {"started": "2026-01-07T00:00:00Z", "recovered": "2026-01-07T01:00:00Z"},
        {"started": "2026-01-08T00:00:00Z", "recovered": "2026-01-08T03:00:00Z"},
        {"started": "2026-01-09T00:00:00Z", "recovered": "2026-01-09T02:00:00Z"},
        {"service": "elsewhere", "started": "2026-01-10T00:00:00Z"}
    ]"#,
    )
    .unwrap();
    let report = planted.report(&["--incidents", "incidents.json"]);
    let recovery = &row(&report)["time_to_recover_hours"];
    assert_eq!(
        (&recovery["median"], &recovery["n"], &recovery["source"]),
        (&json!(2.0), &json!(3), &json!("incidents"))
    );
    let text = planted.metrics(&["--incidents", "incidents.json"]).1;
    assert!(
        text.contains("1 incident has no end") && text.contains("without a measured lockfile: elsewhere"),
        "{text}"
    );
    let mut pages = Vec::new();
    for run in 0..20 {
        let (day, minutes) = (1 + run, if run < 10 { 20 + run % 3 } else { 10 + run % 3 });
        pages.push(json!({ "jobs": [{
            "run_id": run + 1, "run_attempt": 1, "workflow_name": "ci", "conclusion": "success",
            "started_at": format!("2026-01-{day:02}T10:00:00Z"), "completed_at": format!("2026-01-{day:02}T10:{minutes}:00Z"),
        }] }));
    }
    fs::write(planted.path().join("jobs.json"), serde_json::to_string(&pages).unwrap()).unwrap();
    let report = planted.report(&["--pipelines", "jobs.json", "--since-change", "2026-01-11"]);
    let change = &report["pipelines"][0]["change"];
    assert_eq!((&change["before"]["n"], &change["after"]["n"]), (&json!(10), &json!(10)));
    assert_eq!(change["median_difference"], -600.0);
    let interval: Vec<f64> = change["interval"].as_array().unwrap().iter().map(|end| end.as_f64().unwrap()).collect();
    assert!(interval[0] <= -600.0 && interval[1] >= -600.0 && interval[1] < -400.0, "{interval:?}");
    let report = planted.report(&["--pipelines", "jobs.json", "--since-change", &first]);
    assert_eq!(report["pipelines"][0]["change"]["before"]["n"], 4);
    let (code, _, error) = planted.metrics(&["--pipelines", "jobs.json", "--since-change", "0123456789"]);
    assert_eq!((code, error.contains("if history was rewritten")), (3, true), "{error}");
    let (code, _, error) = planted.metrics(&["--incidents", "jobs.json"]);
    assert_eq!((code, error.contains("jobs.json: it is not a list of incidents")), (2, true), "{error}");
}
