//! The peer: the same HTTP stack as the product, doing nothing but reading the body and answering
//! (`--parse`: and parsing it as the product's clients would).

use std::net::SocketAddr;

use axum::{
    Router,
    body::Bytes,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::post,
};
use serde_json::value::RawValue;

const ANSWER: &str =
    r#"{"success":true,"message":"Event recorded","id":"01920000-0000-7000-8000-000000000001"}"#;

/// Where to listen and what to do.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Address; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Parse the body as well.
    #[arg(long)]
    parse: bool,
}

/// The least a server must do with an event: find its fields.
#[derive(serde::Deserialize)]
struct Event<'a> {
    event_type: &'a str,
    user_id: Option<&'a str>,
    session_id: Option<&'a str>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
}

/// Serves until it is killed.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(options.listen).await?;
        println!("listening on http://{}", listener.local_addr()?);
        let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
            let _ = stream.set_nodelay(true);
        });
        let router = if options.parse {
            Router::new()
                .route("/apiv1/events", post(parse_one))
                .route("/apiv1/events/batch", post(parse_batch))
        } else {
            Router::new()
                .route("/apiv1/events", post(nothing))
                .route("/apiv1/events/batch", post(nothing))
        };
        axum::serve(listener, router.layer(axum::extract::DefaultBodyLimit::max(20 << 20))).await?;
        Ok(())
    })
}

async fn nothing(body: Bytes) -> impl IntoResponse {
    std::hint::black_box(&body);
    answer(StatusCode::CREATED)
}

async fn parse_one(body: Bytes) -> impl IntoResponse {
    answer(match serde_json::from_slice::<Event<'_>>(&body) {
        Ok(event) => look(&[event]),
        Err(_) => StatusCode::BAD_REQUEST,
    })
}

async fn parse_batch(body: Bytes) -> impl IntoResponse {
    answer(match serde_json::from_slice::<Vec<Event<'_>>>(&body) {
        Ok(events) => look(&events),
        Err(_) => StatusCode::BAD_REQUEST,
    })
}

fn look(events: &[Event<'_>]) -> StatusCode {
    let bytes: usize = events
        .iter()
        .map(|event| {
            event.event_type.len()
                + event.user_id.map_or(0, str::len)
                + event.session_id.map_or(0, str::len)
                + event.properties.map_or(0, |raw| raw.get().len())
        })
        .sum();
    if std::hint::black_box(bytes) > 0 { StatusCode::CREATED } else { StatusCode::BAD_REQUEST }
}

fn answer(status: StatusCode) -> impl IntoResponse {
    (status, [(header::CONTENT_TYPE, "application/json")], ANSWER)
}
