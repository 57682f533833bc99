// What is sent: the documented events, exactly.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { KEY, UUID_V4, openBrowser, page as html, until, visit } from "./harness.mjs";

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

/** Checks what differs from run to run and takes it out, so the rest can be compared whole. */
function fixed(event) {
  const { eventId, timestamp, sessionId, ...rest } = event;
  assert.match(eventId, UUID_V4);
  assert.match(sessionId, UUID_V4);
  assert.ok(Number.isInteger(timestamp) && Math.abs(Date.now() - timestamp) < 60_000, timestamp);
  return rest;
}

const expected = (site, eventType, properties) => ({
  eventType,
  tenantId: KEY,
  userId: null,
  pageUrl: `${site.origin}/shop`,
  referrer: null,
  deviceInfo: { deviceType: "desktop", os: "Linux", browser: "Chrome" },
  properties,
});

test("page_view is sent on load, as documented", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/shop", html({ title: "The shop" }));
    await page.goto(`${site.origin}/shop`);
    const [event] = await site.wait("page_view");
    assert.deepEqual(fixed(event), expected(site, "page_view", { title: "The shop" }));
    assert.deepEqual(Object.keys(event), [
      "eventId", "eventType", "timestamp", "tenantId", "sessionId", "userId", "pageUrl",
      "referrer", "deviceInfo", "properties",
    ]);
  }));

test("requests need no preflight and carry no cookies", () =>
  visit(browser, async ({ site, context, page }) => {
    await context.addCookies([{ name: "a", value: "b", url: site.track }]);
    site.serve("/shop", html({}));
    await page.goto(`${site.origin}/shop`);
    await site.wait("page_view");
    const [{ method, path, headers }] = site.requests;
    assert.equal(`${method} ${path}`, "POST /v1/events");
    assert.match(headers["content-type"], /^text\/plain/);
    assert.equal(headers.cookie, undefined);
    assert.ok(site.requests.every((request) => request.method !== "OPTIONS"));
  }));

test("click is sent for whatever is clicked, as documented", () =>
  visit(browser, async ({ site, page }) => {
    const body = `<button id="submit-button">Buy</button><p>text</p>
      <form id="f" onsubmit="return false"><input name="id"><i>in a form</i></form>
      <script>document.querySelector("p").onclick = (e) => e.stopPropagation()</script>`;
    site.serve("/shop", html({ body }));
    await page.goto(`${site.origin}/shop`);
    await page.click("#submit-button");
    await page.click("p");
    await page.$eval("form", (form) => form.click());
    const clicks = (await site.wait("click", 3)).map(fixed);
    const of = (tag, id) => expected(site, "click", { tag, id });
    assert.deepEqual(clicks, [of("BUTTON", "submit-button"), of("P", null), of("FORM", null)]);
  }));

test("error is sent for an exception nobody caught, as documented", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/app.js", `window.fail = () => {\n  const x = undefined;\n  x.y;\n};`);
    site.serve("/shop", html({ body: `<script src="/app.js"></script>` }));
    await page.goto(`${site.origin}/shop`);
    await page.evaluate(() => void setTimeout(window.fail));
    const [event] = await site.wait("error");
    const { stack } = event.properties;
    assert.match(stack, /^TypeError: .*\n +at .*app\.js:3:5/);
    assert.deepEqual(fixed(event), expected(site, "error", {
      message: "Uncaught TypeError: Cannot read properties of undefined (reading 'y')",
      source: `${site.origin}/app.js`,
      line: 3,
      col: 5,
      stack,
    }));
  }, { expectErrors: true }));

test("error is sent for a promise nobody caught, whatever its reason", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/shop", html({}));
    await page.goto(`${site.origin}/shop`);
    await page.evaluate(() => {
      const odd = { toString() { throw 1; } };
      const plain = ["words", undefined, Symbol("s"), { message: "m" }, odd, 7];
      for (const reason of [new Error("lost"), ...plain]) Promise.reject(reason);
    });
    const errors = (await site.wait("error", 6)).map(fixed);
    const [first, ...others] = errors.map((event) => event.properties);
    assert.match(first.stack, /^Error: lost/);
    assert.deepEqual(first, { message: "lost", source: "", line: 0, col: 0, stack: first.stack });
    const messages = ["words", "undefined", "Symbol(s)", "m", "7"];
    assert.deepEqual(others, messages.map((message) => (
      { message, source: "", line: 0, col: 0, stack: null })));
  }, { expectErrors: true }));

test("a page that throws in a loop is not reported a million times", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/shop", html({}));
    await page.goto(`${site.origin}/shop`);
    await page.evaluate(() => {
      for (let n = 0; n < 300; n++) setTimeout(() => { throw new Error(`no ${n}`); });
    });
    await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
    await page.evaluate(() => window.trackflow.track("end"));
    await site.wait("end");
    assert.equal(site.ofType("error").length, 50);
  }, { expectErrors: true }));

test("performance is sent when the page is loaded, as documented", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/shop", html({}));
    await page.goto(`${site.origin}/shop`);
    const [event] = await site.wait("performance");
    const { loadTime, domContentLoaded } = event.properties;
    assert.ok(Number.isInteger(loadTime) && Number.isInteger(domContentLoaded));
    assert.ok(0 < domContentLoaded && domContentLoaded <= loadTime, `${loadTime}`);
    const properties = { loadTime, domContentLoaded };
    assert.deepEqual(fixed(event), expected(site, "performance", properties));
  }));

test("referrer, session and mobile devices are told", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({ body: `<a href="/next">next</a>` }));
    site.serve("/next", html({}));
    await page.goto(`${site.origin}/`);
    await page.click("a");
    const [first, second] = await site.wait("page_view", 2);
    assert.equal(second.referrer, `${site.origin}/`);
    assert.equal(second.sessionId, first.sessionId, "one session per tab");
    assert.deepEqual(second.deviceInfo, { deviceType: "mobile", os: "iOS", browser: "Safari" });
    // The click that left the page was not lost.
    await site.wait("click");
  }, { options: {
    userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 " +
      "(KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1",
  } }));

test("navigation by script is a page view, once per address, with the title set after it", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({ title: "Home" }));
    await page.goto(`${site.origin}/`);
    await site.wait("page_view");
    await page.evaluate(() => {
      const answer = history.pushState({ n: 1 }, "", "/a");
      setTimeout(() => { document.title = "A"; }, 20);
      window.answer = [answer, history.state.n];
    });
    assert.deepEqual(await page.evaluate(() => window.answer), [undefined, 1]);
    await site.wait("page_view", 2);
    await page.evaluate(() => {
      history.replaceState({}, "", "/a");
      history.replaceState({}, "", "/a?tab=1");
      document.title = "Tab";
    });
    await site.wait("page_view", 3);
    await page.evaluate(() => {
      history.back();
      setTimeout(() => { document.title = "Home"; }, 10);
    });
    const views = await site.wait("page_view", 4);
    assert.deepEqual(
      views.map(({ pageUrl, properties }) => [pageUrl.replace(site.origin, ""), properties]),
      [["/", { title: "Home" }], ["/a", { title: "A" }], ["/a?tab=1", { title: "Tab" }],
        ["/", { title: "Home" }]],
    );
  }));

test("two navigations in one breath are two page views", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({}));
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => {
      history.pushState({}, "", "/a");
      history.pushState({}, "", "/b");
    });
    const views = await site.wait("page_view", 3);
    assert.deepEqual(views.map((view) => new URL(view.pageUrl).pathname), ["/", "/a", "/b"]);
  }));

test("a page that comes back from the cache of whole pages is seen again", () =>
  visit(browser, async ({ site, page }) => {
    const script = `addEventListener("pageshow", (e) => { window.back = e.persisted; })`;
    site.serve("/", html({ title: "First", body: `<script>${script}</script>` }));
    site.serve("/next", html({ title: "Next" }));
    await page.goto(`${site.origin}/`);
    await site.wait("page_view");
    await page.goto(`${site.origin}/next`);
    await site.wait("page_view", 2);
    await page.evaluate(() => history.back());
    const views = await site.wait("page_view", 3);
    assert.deepEqual(views.map((view) => view.properties.title), ["First", "Next", "First"]);
    assert.equal(await page.evaluate(() => window.back), true, "it came from that cache");
    assert.equal(new Set(site.events.map((event) => event.eventId)).size, site.events.length);
  }));

test("own events, calls from before, and what is not an event", () =>
  visit(browser, async ({ site, page }) => {
    const head = `<script>
      window.trackflow = window.trackflow || [];
      window.early = trackflow;
      trackflow.push(["identify", "ada"]);
      trackflow.push(["track", "early", { n: 1 }]);
      trackflow.push(["no such method"], null, 7);
    </script>`;
    site.serve("/", html({ head }));
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => {
      const round = {};
      round.round = round;
      const { trackflow } = window;
      trackflow.track("round", round);
      trackflow.track("");
      trackflow.track(undefined);
      trackflow.track({});
      trackflow.track("bare");
      trackflow.track("text", 7);
      window.early.push(["track", "late", { s: "\u2028 \ud83d\ude00 \n </script>" }]);
      trackflow.flush();
    });
    await site.wait("late");
    const own = site.events.filter(({ eventType }) => !/^(page_view|performance)$/.test(eventType));
    assert.deepEqual(own.map(({ eventType, properties }) => [eventType, properties]).slice(1), [
      ["early", { n: 1 }], ["bare", {}], ["text", {}],
      ["late", { s: "\u2028 \ud83d\ude00 \n </script>" }],
    ]);
    assert.ok(site.events.every((event) => event.userId === "ada"), "also the first page view");
  }));

test("identify links the session before, reset forgets", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({ attributes: `data-auto="false"` }));
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => {
      const { trackflow } = window;
      trackflow.track("a");
      trackflow.identify("ada", { plan: "pro" });
      trackflow.identify("ada");
      trackflow.identify("");
      trackflow.identify(null);
      trackflow.track("b");
      trackflow.identify(42);
      trackflow.track("c");
      trackflow.reset();
      trackflow.track("d");
      trackflow.flush();
    });
    await site.wait("d");
    const [a, ada, b, number, c, d] = site.events;
    assert.deepEqual(site.events.map((event) => [event.eventType, event.userId]), [
      ["a", null], ["$identify", "ada"], ["b", "ada"], ["$identify", "42"], ["c", "42"],
      ["d", null],
    ]);
    assert.deepEqual(ada.properties,
      { $anon_distinct_id: a.sessionId, $set: { plan: "pro" } });
    assert.equal(b.sessionId, a.sessionId);
    // Somebody else at the same screen: the session of the first is not theirs.
    assert.notEqual(number.sessionId, b.sessionId);
    assert.deepEqual(number.properties, { $anon_distinct_id: number.sessionId });
    assert.notEqual(d.sessionId, c.sessionId);
  }));

test("who was identified is known on the next page and in other tabs", () =>
  visit(browser, async ({ site, context, page }) => {
    site.serve("/", html({}));
    await page.goto(`${site.origin}/`);
    await page.evaluate(() => window.trackflow.identify("ada"));
    await page.reload();
    const other = await context.newPage();
    await other.goto(`${site.origin}/`);
    const views = await site.wait("page_view", 3);
    assert.deepEqual(views.map((view) => view.userId), [null, "ada", "ada"]);
    assert.notEqual(views[2].sessionId, views[1].sessionId, "a session is of one tab");
    await other.evaluate(() => window.trackflow.reset());
    await page.evaluate(() => window.trackflow.track("after"));
    assert.equal((await site.wait("after"))[0].userId, null);
  }));

test("attributes: nothing automatic, no history, another endpoint and host", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/a", html({ attributes: `data-auto="false" data-endpoint="/collect"` }));
    await page.goto(`${site.origin}/a`);
    await page.mouse.click(9, 9);
    await page.evaluate(() => window.trackflow.track("only"));
    await site.wait("only");
    assert.equal(site.requests[0].path, "/collect");
    assert.equal(site.events.length, 1);

    site.serve("/b", html({ attributes: `data-spa="false" data-host="${site.origin}/"` }));
    await page.goto(`${site.origin}/b`);
    await page.evaluate(() => history.pushState({}, "", "/c"));
    await page.evaluate(() => window.trackflow.track("end"));
    await site.wait("end");
    assert.equal(site.ofType("page_view").length, 1);
    assert.equal(site.requests.at(-1).headers.host, new URL(site.origin).host);
  }));

test("ten events go at once, fewer after two seconds", () =>
  visit(browser, async ({ site, page }) => {
    site.serve("/", html({ attributes: `data-auto="false"` }));
    await page.goto(`${site.origin}/`);
    const began = Date.now();
    await page.evaluate(() => {
      for (let n = 0; n < 10; n++) window.trackflow.track("ten");
    });
    await site.wait("ten", 10);
    await page.evaluate(() => window.trackflow.track("one"));
    const asked = Date.now();
    await site.wait("one");
    assert.equal(site.requests[0].events.length, 10);
    assert.ok(site.requests[0].at - began < 1500, "ten do not wait");
    const waited = site.requests[1].at - asked;
    assert.ok(waited > 1000, `one waits for others: ${waited} ms`);
    await until("no third request", () => site.requests.length === 2);
  }));
