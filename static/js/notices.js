// Keeps the bell's count current and says what has just come. A hidden page does not listen: browsers allow few lines to
// one server.
const bell = document.querySelector("[data-notices]");
let source, newest;

function hear({ data }) {
  const { unread, newest: last, text } = JSON.parse(data);
  const count = unread > 99 ? "99+" : String(unread);
  bell.setAttribute("aria-label", unread ? `Notifications, ${count} unread` : "Notifications");
  bell.querySelector(".dot").hidden = !unread;
  if (newest !== undefined && last > newest) say(text);
  newest = Math.max(newest ?? 0, last);
}

function say(text) {
  const main = document.querySelector("main");
  const box = Object.assign(document.createElement("div"), { className: "flash" });
  box.setAttribute("role", "status");
  const link = Object.assign(document.createElement("a"), { href: bell.href, textContent: text, className: "link" });
  box.append(Object.assign(document.createElement("p"), {}));
  box.firstChild.append(link);
  main.querySelector("[data-news]")?.remove();
  box.dataset.news = "";
  main.prepend(box);
}

function listen() {
  if (document.hidden) { source?.close(); source = undefined; return; }
  if (source) return;
  source = new EventSource(bell.dataset.notices);
  source.onmessage = hear;
}

if (bell) {
  document.addEventListener("visibilitychange", listen);
  addEventListener("pagehide", () => source?.close());
  listen();
}
