// Filing a complaint: progress while it is sent, nothing lost when the line breaks, a quick way out. The form works
// without any of it.

const number = new Intl.NumberFormat(document.documentElement.lang, {maximumFractionDigits: 1});
const size = (bytes) => (bytes < 1024 * 1024 ? `${number.format(Math.max(1, Math.round(bytes / 1024)))} KB` : `${number.format(bytes / 1024 / 1024)} MB`);

const clear = (form) => {
  for (const field of form.elements) {
    if (field.type === "checkbox" || field.type === "radio") field.checked = false;
    else if (field.name) field.value = "";
  }
};

// The page in place of this one, in the browser's list of pages too. What was typed is gone before.
const leave = (link) => link.addEventListener("click", (event) => {
  event.preventDefault();
  for (const form of document.querySelectorAll("main form")) clear(form);
  document.querySelector("main").replaceChildren();
  window.location.replace(link.href);
});

// What was chosen, with a way to take one away again.
const preview = (form) => {
  const input = form.querySelector("input[type=file]");
  if (!input || typeof DataTransfer === "undefined") return;
  const list = document.createElement("ul");
  list.className = "chosen-files";
  list.setAttribute("aria-label", form.dataset.chosen);
  input.insertAdjacentElement("afterend", list);
  const show = () => {
    list.replaceChildren();
    [...input.files].forEach((file, place) => {
      const row = document.createElement("li");
      const name = document.createElement("span");
      name.className = "chosen-files__name";
      name.textContent = `${file.name} (${size(file.size)})`;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-outline-secondary btn-sm";
      button.textContent = form.dataset.remove;
      button.setAttribute("aria-label", `${form.dataset.remove}: ${file.name}`);
      button.addEventListener("click", () => {
        const kept = new DataTransfer();
        [...input.files].filter((_file, other) => other !== place).forEach((other) => kept.items.add(other));
        input.files = kept.files;
        show();
        (list.querySelector("button") || input).focus();
      });
      row.append(name, button);
      const wrong = file.size > Number(input.dataset.maxBytes) ? form.dataset.tooLarge : file.size === 0 ? form.dataset.empty : "";
      if (wrong) {
        const words = document.createElement("span");
        words.className = "chosen-files__wrong";
        words.textContent = wrong;
        row.append(words);
      }
      list.append(row);
    });
    list.hidden = !input.files.length;
  };
  // Files chosen later are added to those of before.
  let before = [];
  input.addEventListener("change", () => {
    const all = new DataTransfer();
    const known = new Set();
    for (const file of [...before, ...input.files]) {
      const mark = `${file.name}/${file.size}/${file.lastModified}`;
      if (!known.has(mark)) all.items.add(file);
      known.add(mark);
    }
    input.files = all.files;
    show();
  });
  input.addEventListener("click", () => { before = [...input.files]; });
  show();
};

// The answer's content in place of this page's.
const showAnswer = (form, text) => {
  const answer = new DOMParser().parseFromString(text, "text/html");
  const main = answer.querySelector("main");
  if (!main) return false;
  clear(form);
  document.title = answer.title;
  const here = document.querySelector("main");
  here.replaceChildren(...document.importNode(main, true).childNodes);
  window.history.replaceState(null, "", window.location.pathname);
  here.dispatchEvent(new CustomEvent("portal:shown", {bubbles: true}));
  enhance(here);
  const start = here.querySelector("#errors") || here.querySelector("h1");
  if (start) {
    start.setAttribute("tabindex", "-1");
    start.focus();
    start.scrollIntoView();
  }
  return true;
};

const send = (form) => {
  const button = form.querySelector("button[type=submit]");
  const box = form.querySelector("[data-progress]");
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-progress-text]");
  const message = form.querySelector("[data-message]");
  let sending = false;
  let typed = Boolean(form.elements.narrative?.value);
  form.addEventListener("input", () => { typed = true; });

  const stay = (text) => {
    sending = false;
    button.removeAttribute("aria-disabled");
    box.hidden = true;
    message.hidden = false;
    message.textContent = text;
    message.scrollIntoView({block: "center"});
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    button.setAttribute("aria-disabled", "true");
    message.hidden = true;
    box.hidden = false;
    bar.value = 0;
    words.textContent = form.dataset.sending;
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      const share = Math.floor((step.loaded / step.total) * 100);
      bar.value = share;
      words.textContent = share < 100 ? `${form.dataset.sending} ${share} %` : form.dataset.sealing;
    });
    request.addEventListener("load", () => {
      const understood = request.status === 200 || request.status === 422 || request.status === 429;
      if (!understood || !showAnswer(form, request.responseText)) stay(form.dataset.failed);
    });
    for (const lost of ["error", "abort", "timeout"]) request.addEventListener(lost, () => stay(form.dataset.lost));
    request.send(new FormData(form));
  });
  window.addEventListener("beforeunload", (event) => { if ((sending || typed) && form.isConnected) event.preventDefault(); });
};

// The code is shown once: whoever leaves without having copied, printed or saved it is asked first.
const keepCode = (receipt) => {
  let kept = false;
  const keep = () => { kept = true; };
  for (const way of receipt.querySelectorAll("[data-keeps]")) way.addEventListener(way.matches("form") ? "submit" : "click", keep);
  window.addEventListener("beforeprint", keep);
  window.addEventListener("beforeunload", (event) => { if (!kept && receipt.isConnected) event.preventDefault(); });
};

const enhance = (root) => {
  for (const link of root.querySelectorAll("[data-leave]")) leave(link);
  for (const receipt of root.querySelectorAll("[data-receipt]")) keepCode(receipt);
  for (const form of root.querySelectorAll("form[data-complaint]")) {
    preview(form);
    send(form);
  }
};

enhance(document);
