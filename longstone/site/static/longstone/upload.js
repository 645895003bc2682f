// Sends a file in pieces that can be resumed, and says how far it is.
const box = document.querySelector("[data-upload]");
if (box) start(box);

function start(box) {
  const file = box.querySelector("input[type=file]");
  const bar = box.querySelector("progress");
  const said = box.querySelector("[data-said]");
  const pause = box.querySelector("[data-pause]");
  const form = box.closest("form");
  const button = form.querySelector("button[type=submit]");
  const field = form.querySelector("input[name=staged]");
  let upload = null;
  let announced = 0;
  button.disabled = !field.value;
  if (field.value) tell("The file has arrived.");

  file.addEventListener("change", () => file.files.length && send(file.files[0]));
  pause.addEventListener("click", () => {
    if (pause.dataset.paused) {
      delete pause.dataset.paused;
      pause.textContent = "Pause";
      upload.start();
    } else {
      pause.dataset.paused = "yes";
      pause.textContent = "Go on";
      upload.abort();
    }
  });

  function tell(text) { said.textContent = text; }
  function size(bytes) {
    const units = ["bytes", "kB", "MB", "GB", "TB"];
    let at = 0;
    while (bytes >= 1000 && at < 4) { bytes /= 1000; at += 1; }
    return `${at ? bytes.toFixed(1) : bytes} ${units[at]}`;
  }

  function send(chosen) {
    button.disabled = true;
    field.value = "";
    pause.hidden = false;
    bar.hidden = false;
    upload = new tus.Upload(chosen, {
      endpoint: box.dataset.upload,
      chunkSize: 8 * 1024 * 1024,
      retryDelays: [0, 1000, 3000, 10000, 30000],
      metadata: { filename: chosen.name },
      headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
      removeFingerprintOnSuccess: true,
      onError: (fault) => {
        const body = fault.originalResponse && fault.originalResponse.getBody();
        tell(body || "The connection was lost. What has arrived is kept: choose the same file to go on.");
      },
      onProgress: (sent, total) => {
        bar.max = total;
        bar.value = sent;
        if (Date.now() - announced > 2000) { announced = Date.now(); tell(`${size(sent)} of ${size(total)} sent.`); }
      },
      onSuccess: () => {
        field.value = upload.url.replace(/\/$/, "").split("/").pop();
        pause.hidden = true;
        button.disabled = false;
        tell(`${chosen.name} has arrived whole: ${size(chosen.size)}. Now add the copy.`);
      },
    });
    upload.findPreviousUploads().then((earlier) => {
      if (earlier.length) upload.resumeFromPreviousUpload(earlier[0]);
      tell("Sending.");
      upload.start();
    });
  }
}
