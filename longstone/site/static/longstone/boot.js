// What every page does in the browser: the package's own behaviour, no double sending, and a quiet look for news.
import { initAll } from "../built/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported"); // a module runs only where both are true
initAll(); // among it: the error summary takes the focus

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => once(event, form));
}
// Coming back with the Back button, the form may be sent again; its one-use key guards the act itself.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button[data-held]")) {
      button.disabled = false;
      delete button.dataset.held;
    }
  }
});
if (document.querySelector("[data-again]")) look(3);

function once(event, form) {
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (!button) return;
  button.dataset.held = "yes";
  setTimeout(() => { button.disabled = true; }, 0); // after the browser has read what the button says
}

// Something on this page is still being done. Ask now and then, less and less often; draw the page afresh
// only when the news has changed, so that nobody who reads or types here is interrupted for nothing.
function look(seconds) {
  setTimeout(async () => {
    if (!document.hidden && (await changed())) location.reload();
    else look(Math.min(seconds * 1.3, 60));
  }, seconds * 1000);
}

async function changed() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return answer.ok && news(page) !== news(document);
  } catch {
    return false;
  }
}

function news(page) {
  return [...page.querySelectorAll("[data-again]")].map((one) => one.textContent.trim()).join("\n");
}
