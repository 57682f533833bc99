//! A disk that is full: events are refused with 503, nothing is lost, and when there is space again
//! the server goes on by itself.

use std::{fs, path::PathBuf, process::Command};

use serde_json::json;

use crate::app::{Home, eventually};

/// A small disk in memory, gone when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where this machine does not let us mount.
    fn mount(path: PathBuf, size: &str) -> Option<Self> {
        fs::create_dir_all(&path).unwrap();
        let options = format!("size={size}");
        let output =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "none"]).arg(&path).output();
        output.is_ok_and(|output| output.status.success()).then_some(Self(path))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_refuses_loses_nothing_and_recovers() {
    let home = Home::new();
    let Some(disk) = SmallDisk::mount(home.data(), "24m") else {
        // Mounting needs root. The same story runs over the fake file system in every case; this
        // one adds a real kernel where it can.
        println!("cannot mount a small disk here");
        return;
    };
    let data = disk.0.join("trackflow");
    let app = home.serve_with(
        &data,
        &["--set", "limits.body_bytes_max=1048576", "--set", "journal.segment_bytes=4194304"],
    );
    let key = app.secret_key();
    let ballast = disk.0.join("ballast");
    let event = json!({"event_type": "big", "properties": {"text": "x".repeat(60_000)}});
    assert_eq!(app.post("/apiv1/events", &event).status, 201);

    // Fill what is left: the next segment cannot be reserved.
    let full = Command::new("dd")
        .args(["if=/dev/zero", "bs=64k"])
        .arg(format!("of={}", ballast.display()))
        .output()
        .unwrap();
    assert!(!full.status.success(), "the disk was larger than it should be");
    let mut taken = 1;
    eventually("the disk is full", || {
        let answer = app.post("/apiv1/events", &event);
        match answer.status {
            201 => taken += 1,
            503 => {
                let head = answer.head.to_ascii_lowercase();
                assert!(head.contains("retry-after: "), "{head}");
                return Some(());
            }
            other => panic!("{other}: {}", answer.body),
        }
        None
    });
    assert_eq!(app.get("/healthz").status, 200);
    eventually("readiness says so", || (app.get("/readyz").status == 503).then_some(()));
    eventually("questions are still answered", || (app.total(&key) == taken).then_some(()));

    fs::remove_file(&ballast).unwrap();
    eventually("events are taken again", || {
        (app.post("/apiv1/events", &event).status == 201).then_some(())
    });
    taken += 1;
    eventually("it is ready again", || (app.get("/readyz").status == 200).then_some(()));
    app.kill();
    let app = home.serve_with(
        &data,
        &["--set", "limits.body_bytes_max=1048576", "--set", "journal.segment_bytes=4194304"],
    );
    assert_eq!(app.total(&key), taken);
    app.stop();
}
