//! Many who look on, one of whom never reads.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};

use crate::{
    app::{App, Home, PATIENCE},
    http,
};

/// Clients that read, over some tenants; a tenant has at most 100 streams.
const READERS: usize = 99;
const TENANTS: usize = 3;
/// Events of each tenant: more than the process keeps for those who are slow.
const BATCHES: usize = 12;
const BATCH: usize = 500;

fn open(app: &App, key: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let request =
        format!("GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

/// Reads until so many events were told or missed; how many of each.
fn listen(stream: &mut BufReader<TcpStream>, until: u64) -> (u64, u64) {
    let (mut told, mut missed, mut line) = (0, 0, String::new());
    while told + missed < until {
        line.clear();
        assert!(stream.read_line(&mut line).unwrap() > 0, "ended after {told} and {missed}");
        // A message may begin within a chunk of its own, whose length stands on another line.
        if let Some(count) = line.strip_prefix("data: {\"count\":") {
            missed += count.trim_end().trim_end_matches('}').parse::<u64>().unwrap();
        } else if line.starts_with("data: ") {
            told += 1;
        }
    }
    assert_eq!(told + missed, until);
    (told, missed)
}

/// Reads the head of the answer and the first words of the stream.
fn begun(stream: TcpStream) -> BufReader<TcpStream> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 200"), "{line}");
    while !line.starts_with(": ready") {
        line.clear();
        assert!(reader.read_line(&mut line).unwrap() > 0);
    }
    reader
}

/// Kilobytes of memory.
fn resident(app: &App) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", app.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse().unwrap()
}

fn keys(app: &App) -> Vec<String> {
    let secret = app.secret_key();
    let auth = format!("Authorization: Bearer {secret}\r\n");
    let mut keys = vec![secret];
    for number in 1..TENANTS {
        let body = json!({"id": format!("t{number}"), "name": format!("T {number}")}).to_string();
        let made = http::send(app.address(), "POST", "/api/v1/tenants", &auth, &body).unwrap();
        assert_eq!(made.status, 201, "{}", made.body);
        keys.push(made.json()["secret_key"].as_str().unwrap().to_owned());
    }
    keys
}

fn send(app: &App, key: &str) {
    let text = "x".repeat(400);
    let batch = Json::from(vec![json!({"event_type": "e", "properties": {"text": text}}); BATCH]);
    let (auth, batch) = (format!("Authorization: Bearer {key}\r\n"), batch.to_string());
    for _ in 0..BATCHES {
        let answer =
            http::send(app.address(), "POST", "/apiv1/events/batch", &auth, &batch).unwrap();
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
}

#[test]
fn three_hundred_look_on_and_one_never_reads() {
    let home = Home::new();
    let mut app = home.serve();
    let keys = keys(&app);
    let mut readers = Vec::new();
    for key in &keys {
        readers.extend((0..READERS).map(|_| begun(open(&app, key))));
    }
    let mut sleepers: Vec<_> = keys.iter().map(|key| begun(open(&app, key))).collect();
    let before = resident(&app);
    let all = (BATCHES * BATCH) as u64;
    thread::scope(|scope| {
        for reader in &mut readers {
            scope.spawn(|| listen(reader, all));
        }
        for key in &keys {
            scope.spawn(|| send(&app, key));
        }
    });
    // The ring and what waits in sockets: far below what each of 300 would need to keep all.
    let grown = resident(&app).saturating_sub(before);
    assert!(grown < 400 << 10, "grew by {grown} kB");
    let (told, missed) = listen(&mut sleepers[0], all);
    println!("who slept was told {told} and missed {missed}");

    // Streams end when the server does, also those that nobody reads.
    app.signal("TERM");
    let begin = Instant::now();
    assert!(app.ended().success(), "{}", app.log());
    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
    assert!(!app.log().contains("are cut"), "{}", app.log());
}
