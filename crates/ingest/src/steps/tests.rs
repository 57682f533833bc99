use std::sync::Arc;

use catalog::{BotPolicy, ConsentChange, IpPolicy, Settings};
use event::{Dialect, Fields, Limits, Marks, Source, TenantId};

use super::*;
use crate::{Connection, Pages, Policies, RawTime, Request, Rules, Withheld, tools::Tools};

const NOW: Timestamp = Timestamp(1_790_857_800_000);
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/// What a test's tenant decided; `no@` and `yes@` said so, and visitors what is beside it.
#[derive(Clone, Debug, Default)]
struct Decided(Settings, Option<bool>);

impl Policies for Decided {
    fn settings(&self, _: &TenantId) -> Arc<Settings> {
        Arc::new(self.0.clone())
    }

    fn consent(&self, _: &TenantId, distinct_id: &str) -> Option<bool> {
        match distinct_id {
            "no@" => Some(false),
            visitor if visitor.starts_with("$cookieless_") => self.1,
            "yes@" => Some(true),
            _ => None,
        }
    }

    fn record(&self, _: &TenantId, _: &[ConsentChange]) -> bool {
        true
    }

    fn salt(&self, day: i64) -> Option<[u8; 16]> {
        Some([day as u8; 16])
    }
}

static BROWSER: Rules = Rules { browser: true, pages: Pages::All, ..Rules::CANONICAL };
static CUTTING: Rules = Rules { cut_ids: true, ..Rules::CANONICAL };

/// One request of one draft.
struct Case {
    settings: Settings,
    request: Request,
    horizon: Option<Timestamp>,
    /// What visitors with an id of the day said of consent.
    visitors: Option<bool>,
}

impl Case {
    fn new() -> Self {
        let request = Request {
            tenant: TenantId::default_tenant(),
            dialect: Dialect::Simple,
            source: Source::Api,
            received_at: NOW,
            sent_at: None,
            rules: &Rules::CANONICAL,
            connection: Connection::default(),
        };
        Self { settings: Settings::default(), request, horizon: None, visitors: None }
    }

    /// A browser behind 203.0.113.77.
    fn browser() -> Self {
        let mut case = Self::new();
        case.request.rules = &BROWSER;
        case.request.connection = Connection {
            ip: Some("203.0.113.77".parse().unwrap()),
            user_agent: Some(CHROME.into()),
            is_page: true,
        };
        case
    }

    fn run(&self, draft: &mut Draft<'_>) -> Result<Timestamp, Reason> {
        self.run_all(std::slice::from_mut(draft)).0.remove(0)
    }

    fn run_all(
        &self,
        drafts: &mut [Draft<'_>],
    ) -> (Vec<Result<Timestamp, Reason>>, Vec<ConsentChange>) {
        let policies = Arc::new(Decided(self.settings.clone(), self.visitors));
        let tools = Tools::new(Limits::default(), policies, None, [7; 16]).unwrap();
        let scene = Scene::new(&self.request, &tools, self.settings.clone().into(), self.horizon);
        let mut derived = Derived::default();
        let results = drafts.iter_mut().map(|draft| run(draft, &scene, &mut derived));
        (results.collect(), scene.said.take())
    }

    /// Runs a draft with these fields and properties; `field=text ..` of what it has then, or why
    /// not.
    fn fields(&self, fields: &[(Field, &str)], properties: &str) -> String {
        let mut draft = with(fields, properties);
        if let Err(reason) = self.run(&mut draft) {
            return reason.to_string();
        }
        listed(&draft)
    }
}

fn listed(draft: &Draft<'_>) -> String {
    let texts: Vec<_> =
        draft.fields.view().iter().map(|(f, text)| format!("{}={text}", f.as_str())).collect();
    texts.join(" ")
}

fn with<'a>(fields: &[(Field, &str)], properties: &'a str) -> Draft<'a> {
    let mut all = Fields::new();
    fields.iter().for_each(|(field, text)| all.set(*field, text));
    let properties = (!properties.is_empty()).then(|| properties.into());
    Draft { fields: all, properties, ..draft() }
}

fn draft() -> Draft<'static> {
    Draft { event_type: Some("click".into()), ..Draft::default() }
}

fn check<'a>(mut draft: Draft<'a>, expected: Result<i64, &str>) -> Draft<'a> {
    let got = Case::new().run(&mut draft);
    let got = got.map(|time| time.0 - NOW.0).map_err(|reason| reason.to_string());
    assert_eq!(got, expected.map_err(str::to_owned));
    draft
}

fn at(text: &str) -> Draft<'_> {
    Draft { timestamp: Some(RawTime::Text(text.into())), ..draft() }
}

mod bounds;
mod persons;
mod senders;

#[test]
fn the_page_of_the_pipeline_lists_the_steps_in_order() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/pipeline.md");
    let page = std::fs::read_to_string(path).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let named: Vec<_> = rows.take(STEPS.len()).collect();
    let steps: Vec<_> = STEPS.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, steps);
}
