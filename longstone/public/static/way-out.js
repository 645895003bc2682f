// The way out: one click, or Escape three times, puts another page in this one's place. Going about here leaves one entry to go back to.
const out = document.querySelector("[data-way-out]");
const SOON = 2000; // milliseconds between two presses that count together
let pressed = 0;
let last = 0;

document.querySelector(".way-out-key").hidden = false;
out.addEventListener("click", leave);
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

function leave(event) {
  event.preventDefault();
  for (const form of document.forms) form.reset();
  document.documentElement.classList.add("left"); // nothing is to be seen while the other page comes
  document.title = " ";
  location.replace(out.href);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || link === out || !plain || link.hasAttribute("download") || link.origin !== location.origin) return;
  if (link.hash && link.pathname === location.pathname) {
    event.preventDefault();
    const place = document.getElementById(link.hash.slice(1));
    if (place) go(place);
    return;
  }
  event.preventDefault();
  location.replace(link.href);
});

function go(place) {
  place.scrollIntoView();
  if (place.tabIndex < 0) place.tabIndex = -1; // a heading takes the focus too
  place.focus();
}

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault(); // its one-use key guards the rest
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
