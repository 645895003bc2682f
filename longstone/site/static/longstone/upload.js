// Sends a file in pieces that can be resumed (tus 1.0), and says how far it is.
const box = document.querySelector("[data-upload]");
if (box) arrange(box);

function arrange(box) {
  const file = box.querySelector("input[type=file]");
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-said]");
  const far = box.querySelector("[data-far]") || bar.insertAdjacentElement("afterend", document.createElement("p"));
  const pause = box.querySelector("[data-pause]");
  const form = box.closest("form");
  const button = form.querySelector("button[type=submit]");
  const staged = form.querySelector("input[name=staged]");
  let upload = null;
  let sending = false;
  let pace = { at: 0, sent: 0, rate: 0 };
  let quarter = 0;

  button.disabled = !staged.value;
  if (staged.value) tell("The file has arrived.");
  else unfinished();
  file.addEventListener("change", () => { if (file.files.length) send(file.files[0]); });
  pause.addEventListener("click", () => (sending ? hold() : goOn()));
  window.addEventListener("beforeunload", (event) => { if (sending) event.preventDefault(); });

  function tell(text) { said.textContent = text; }

  async function unfinished() {
    const earlier = await tus.defaultOptions.urlStorage.findAllUploads();
    const last = earlier.filter((one) => one.uploadUrl).pop();
    if (last) tell(`${last.metadata.filename} (${size(last.size)}) was not finished. Choose the same file to go on.`);
  }

  async function send(chosen) {
    if (upload) await upload.abort();
    button.disabled = true;
    staged.value = "";
    upload = new tus.Upload(chosen, {
      endpoint: box.dataset.upload,
      chunkSize: 8 * 1024 * 1024,
      retryDelays: [0, 1000, 3000, 10000, 30000],
      metadata: { filename: chosen.name },
      headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
      removeFingerprintOnSuccess: true,
      onAfterResponse: keepPlace,
      onError: failed,
      onProgress: progress,
      onSuccess: () => arrived(chosen),
    });
    const earlier = await upload.findPreviousUploads();
    if (earlier.length) upload.resumeFromPreviousUpload(earlier[0]);
    tell(`${earlier.length ? "Going on with" : "Sending"} ${chosen.name}, ${size(chosen.size)}.`);
    bar.hidden = pause.hidden = false;
    quarter = 0;
    start();
  }

  function start() {
    pace = { at: 0, sent: 0, rate: 0 };
    pause.textContent = "Pause";
    sending = true;
    upload.start();
  }

  function hold() {
    sending = false;
    pause.textContent = "Go on";
    upload.abort();
    tell("Paused. What has arrived is kept.");
  }

  function goOn() {
    tell("Going on.");
    start();
  }

  // A server that is starting again answers 5xx. The library would then begin anew; a fault lets it ask again instead.
  function keepPlace(request, response) {
    if (request.getMethod() === "HEAD" && response.getStatus() >= 500) throw new Error("The server is not ready.");
  }

  function failed(fault) {
    const answer = fault.originalResponse && fault.originalResponse.getBody();
    const sentence = answer && !answer.trimStart().startsWith("<") ? answer : "The connection was lost.";
    sending = false;
    pause.textContent = "Go on";
    tell(`${sentence} What has arrived is kept: press Go on, or choose the same file again.`);
  }

  function progress(sent, total) {
    bar.max = total;
    bar.value = sent;
    const now = Date.now();
    if (!pace.at) pace = { at: now, sent, rate: 0 };
    if (now - pace.at >= 2000) pace = { at: now, sent, rate: ((sent - pace.sent) * 1000) / (now - pace.at) };
    far.textContent = `${size(sent)} of ${size(total)}${pace.rate ? `, ${size(pace.rate)} a second, ${left(total - sent)}` : ""}`;
    const reached = Math.floor((4 * sent) / total);
    if (reached > quarter && reached < 4) tell(`${25 * reached}% has arrived.`); // spoken four times, not four hundred
    quarter = Math.max(quarter, reached);
  }

  function left(bytes) {
    const seconds = bytes / pace.rate;
    if (seconds < 90) return `${Math.ceil(seconds)} seconds left`;
    return seconds < 5400 ? `${Math.round(seconds / 60)} minutes left` : `${(seconds / 3600).toFixed(1)} hours left`;
  }

  function arrived(chosen) {
    sending = false;
    staged.value = upload.url.replace(/\/$/, "").split("/").pop();
    bar.max = bar.value = 1; // an empty file has no progress of its own
    pause.hidden = true;
    button.disabled = false;
    far.textContent = "";
    tell(`${chosen.name} has arrived whole: ${size(chosen.size)}. Now send the form with “${button.textContent.trim()}”.`);
  }
}

function size(bytes) {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let at = 0;
  while (bytes >= 1024 && at < units.length - 1) {
    bytes /= 1024;
    at += 1;
  }
  return `${at ? bytes.toFixed(1) : Math.round(bytes)} ${units[at]}`;
}
