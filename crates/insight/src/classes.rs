//! Which event types a tenant takes for a page view, an error, a purchase.

/// Classes of events: a setting of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes {
    /// A page is shown.
    pub page_view: Vec<String>,
    /// A screen of an app is shown.
    pub screen_view: Vec<String>,
    /// A piece of content is shown.
    pub content_view: Vec<String>,
    /// Somebody does something with it.
    pub engagement: Vec<String>,
    /// Something went wrong.
    pub error: Vec<String>,
    /// How fast a page was.
    pub performance: Vec<String>,
    /// Somebody buys.
    pub purchase: Vec<String>,
    /// Somebody joins.
    pub sign_up: Vec<String>,
}

impl Default for Classes {
    fn default() -> Self {
        let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self {
            page_view: list(&["page_view", "$pageview", "page_viewed", "page"]),
            screen_view: list(&["screen_view", "$screen", "screen"]),
            content_view: list(&["view", "post_viewed", "asset_viewed"]),
            engagement: list(&[
                "engagement",
                "like",
                "comment",
                "share",
                "follow",
                "click",
                "button_click",
                "cta_clicked",
            ]),
            error: list(&["error", "$exception", "error_occurred"]),
            performance: list(&["performance", "$web_vitals"]),
            purchase: list(&["purchase", "order_completed", "Order Completed"]),
            sign_up: list(&["signup", "user_signed_up"]),
        }
    }
}

impl Classes {
    /// Whether an event of this type is a page view.
    pub fn is_page_view(&self, event_type: &str) -> bool {
        has(&self.page_view, event_type)
    }

    /// Whether an event of this type is a page view or a screen view.
    pub fn is_view(&self, event_type: &str) -> bool {
        self.is_page_view(event_type) || has(&self.screen_view, event_type)
    }

    /// Whether an event of this type keeps a visit from being a bounce: anything but page views,
    /// performance, errors and events whose type starts with `$`.
    pub fn is_interactive(&self, event_type: &str) -> bool {
        !(self.is_page_view(event_type)
            || has(&self.performance, event_type)
            || has(&self.error, event_type)
            || event_type.starts_with('$'))
    }
}

fn has(list: &[String], event_type: &str) -> bool {
    list.iter().any(|name| name == event_type)
}
