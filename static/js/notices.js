// Keeps the bell's count current and says what has just come. A hidden page does not listen: browsers allow few lines to
// one server.
const bell = document.querySelector("[data-notices]");
const RETRY = 30_000; // milliseconds
let source, newest;

function hear({ data }) {
  const { unread, newest: last, text } = JSON.parse(data);
  const count = unread > 99 ? "99+" : String(unread);
  bell.setAttribute("aria-label", unread ? `Notifications, ${count} unread` : "Notifications");
  bell.querySelector(".dot").hidden = !unread;
  if (newest !== undefined && last > newest) say(text);
  newest = Math.max(newest ?? 0, last);
}

// The region stands on the page from the start, empty: what is put in later is read out.
function say(text) {
  const link = Object.assign(document.createElement("a"), { href: bell.href, textContent: text, className: "link" });
  const words = document.createElement("p");
  words.append(link);
  const news = document.querySelector("[data-news]");
  news.replaceChildren(words);
}

function listen() {
  if (document.hidden) { source?.close(); source = undefined; return; }
  if (source) return;
  source = new EventSource(bell.dataset.notices);
  source.onmessage = hear;
  // A line that was refused is not opened again by the browser.
  source.onerror = () => {
    if (source?.readyState !== EventSource.CLOSED) return;
    source = undefined;
    setTimeout(listen, RETRY);
  };
}

if (bell) {
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source?.close());
  listen();
}
