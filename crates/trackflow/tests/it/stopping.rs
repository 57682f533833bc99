//! Ends: asked, hurried, refused, too slow.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

use serde_json::json;

use crate::{
    app::{Home, PATIENCE, eventually},
    http,
};

#[test]
fn sigterm_drains_and_keeps_everything_acknowledged() {
    let home = Home::new();
    let mut app = home.serve();
    let key = app.secret_key();
    let (acknowledged, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let body = json!({"event_type": "tick"}).to_string();
                while !stop.load(Ordering::Relaxed) {
                    match http::send(app.address(), "POST", "/apiv1/events", "", &body) {
                        Ok(answer) if answer.status == 201 => {
                            acknowledged.fetch_add(1, Ordering::Relaxed);
                        }
                        _ => return,
                    }
                }
            });
        }
        eventually("some events are in", || {
            (acknowledged.load(Ordering::Relaxed) > 50).then_some(())
        });
        app.signal("TERM");
        eventually("the log says so", || app.log().contains("stopping").then_some(()));
    });
    stop.store(true, Ordering::Relaxed);
    assert!(app.ended().success(), "{}", app.log());

    let app = home.serve();
    assert_eq!(app.total(&key), acknowledged.into_inner());
}

#[test]
fn a_second_signal_stops_at_once() {
    let home = Home::new();
    let mut app = home.serve();
    // A request whose body never comes keeps the server from ending by itself.
    let mut slow = TcpStream::connect(app.address()).unwrap();
    let head = "POST /apiv1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{";
    slow.write_all(head.as_bytes()).unwrap();
    assert_eq!(app.get("/healthz").status, 200);
    app.signal("INT");
    eventually("the first signal is seen", || app.log().contains("stopping").then_some(()));
    app.signal("INT");
    assert_eq!(app.ended().code(), Some(130), "{}", app.log());
}

#[test]
fn a_second_process_on_the_folder_is_refused() {
    let home = Home::new();
    let app = home.serve();
    let data = home.data();
    let data = data.to_str().unwrap();
    for command in [vec!["serve", "--listen", "127.0.0.1:0"], vec!["doctor"], vec!["demo"]] {
        let output = home.run(&[command.as_slice(), &["--data", data]].concat());
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains("is in use by another"), "{said}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(app.get("/readyz").status, 200);
}

#[test]
fn clients_that_are_too_slow_are_cut_and_others_are_served() {
    let home = Home::new();
    let app = home.serve_with(
        &home.data(),
        &["--set", "http.header_timeout_ms=200", "--set", "http.body_timeout_ms=200"],
    );
    for (what, begin) in [
        ("the head", "POST /apiv1/events HTTP/1.1\r\nHost"),
        ("the body", "POST /apiv1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"),
    ] {
        let mut slow = TcpStream::connect(app.address()).unwrap();
        slow.set_read_timeout(Some(PATIENCE)).unwrap();
        slow.write_all(begin.as_bytes()).unwrap();
        assert_eq!(app.get("/healthz").status, 200);
        let mut said = Vec::new();
        // It ends, with or without a word; a server that waits for ever runs into the timeout.
        match slow.read_to_end(&mut said) {
            Ok(_) => {}
            Err(e) if e.kind() == std::io::ErrorKind::ConnectionReset => {}
            Err(e) => panic!("{what} may take for ever: {e}"),
        }
        let said = String::from_utf8_lossy(&said);
        assert!(!said.starts_with("HTTP/1.1 5"), "{what}: {said}");
    }
    assert_eq!(app.get("/readyz").status, 200);
}
