// The way out: one click, or Escape three times, puts another page in this one's place. Going about here, and sending a form, leaves
// one entry to go back to. Without this file everything works too, as pages and forms always have.
const SOON = 2000; // milliseconds between two presses that count together
let pressed = 0;
let last = 0;

begin();
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    pressed = 0;
    return;
  }
  const now = Date.now();
  pressed = now - last < SOON ? pressed + 1 : 1;
  last = now;
  if (pressed === 3) leave(event);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !plain) return;
  if (link.matches("[data-way-out]")) leave(event);
  else if (!link.hasAttribute("download") && link.origin === location.origin) follow(event, link);
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  if (form.dataset.sent) return; // its one-use key guards the rest
  form.dataset.sent = "yes";
  const page = await answered(form).catch(() => null);
  if (!page) form.submit(); // no answer came: the browser says for itself what is wrong, and a reload sends it once
  else if (isOurs(page) && page.querySelector("main form, .taken")) show(page);
  else notSent(form, isOurs(page) ? page : null);
});

async function answered(form) {
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), cache: "no-store" });
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function isOurs(page) {
  return page.querySelector("[data-way-out]") !== null; // a proxy or a network may answer for us
}

// What was typed stays: a page that takes the form's place would lose it, and Back would leave this site.
function notSent(form, page) {
  delete form.dataset.sent;
  document.querySelector(".summary")?.remove();
  const summary = Object.assign(document.createElement("div"), { className: "summary", tabIndex: -1 });
  summary.setAttribute("role", "alert");
  const title = document.createElement("h2");
  const sentence = document.createElement("p");
  title.textContent = page?.querySelector("h1").textContent ?? "This could not be sent just now";
  sentence.textContent = page?.querySelector(".lead").textContent ?? "Send it again in a few minutes.";
  sentence.append(" What you wrote is still here.");
  summary.append(title, sentence);
  document.querySelector("main").prepend(summary);
  go(summary);
}

function begin() {
  document.querySelector(".way-out-key").hidden = false;
  document.querySelector(".summary")?.focus();
}

function show(page) {
  document.title = page.title;
  document.body.replaceWith(page.body);
  scrollTo(0, 0);
  begin();
  if (!document.querySelector(".summary")) go(document.querySelector("h1"));
}

function leave(event) {
  event.preventDefault();
  const out = document.querySelector("[data-way-out]").href;
  for (const form of document.forms) form.reset();
  document.documentElement.classList.add("left"); // nothing is to be seen while the other page comes
  document.title = " ";
  location.replace(out);
}

function follow(event, link) {
  event.preventDefault();
  if (!link.hash || link.pathname !== location.pathname) location.replace(link.href);
  else if (document.getElementById(link.hash.slice(1))) go(document.getElementById(link.hash.slice(1)));
}

function go(place) {
  place.scrollIntoView();
  if (place.tabIndex < 0) place.tabIndex = -1; // a heading takes the focus too
  place.focus();
}
