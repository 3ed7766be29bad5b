// Leaving at once: the page is blank before the server has answered, and the way back does not lead to it.

const WAIT = 1500;

const leaving = (form) => form.addEventListener("submit", (event) => {
  event.preventDefault();
  const away = () => window.location.replace(form.dataset.leave);
  document.title = "";
  document.body.replaceChildren();
  window.setTimeout(away, WAIT);
  fetch(form.action, { method: "POST", keepalive: true, redirect: "manual" }).then(away, away);
});

for (const form of document.querySelectorAll("form[data-leave]")) leaving(form);

// A page that the browser kept in memory is asked for anew: the case may be closed by now.
window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
