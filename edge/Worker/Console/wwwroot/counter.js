// Keeps the counter page live without losing what the officer typed or chose.
// The server renders; this module only fetches the newest rendering when the event stream says that something changed.
const counter = document.getElementById("counter");
const lost = document.getElementById("lost");
const reopenAfterMilliseconds = 1000;

// Everything typed or chosen, by form and field, also of an encounter that is not in front just now.
const kept = new Map();

const keyOf = field =>
  `${field.closest("form")?.getAttribute("action")}|${field.name}|${field.type === "radio" ? field.value : ""}`;
// What the server put there is the server's: it says which showing of an encounter the form answers.
const fields = () => counter.querySelectorAll('input:not([type="hidden"])');
const isChoice = field => field.type === "radio" || field.type === "checkbox";

const keep = () => {
  for (const field of fields())
    kept.set(keyOf(field), isChoice(field) ? field.checked : field.value);
};

const restore = () => {
  for (const field of fields()) {
    if (!kept.has(keyOf(field))) continue;
    if (isChoice(field)) field.checked = kept.get(keyOf(field));
    else field.value = kept.get(keyOf(field));
  }
};

// The encounter in front stays there until it is decided, whatever is laid on the reader meanwhile: a key meant for one
// traveller must not reach the next.
const address = () => {
  const form = counter.querySelector("form.decision");
  return form ? `/counter?encounter=${form.dataset.encounter}` : `/counter${location.search}`;
};

const refresh = async () => {
  const answer = await fetch(address(), { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const rendering = await answer.text();
  keep();
  const open = [...counter.querySelectorAll("details")].map(details => details.open);
  const focused = document.activeElement?.id;
  const problems = counter.querySelector(".problems");
  counter.innerHTML = rendering;
  // What stands in the way of a decision stays until the officer has sent it again.
  const form = counter.querySelector("form.decision");
  if (problems && form?.dataset.encounter === problems.dataset.encounter) form.prepend(problems);
  counter.querySelectorAll("details").forEach((details, index) => { details.open = open[index] ?? false; });
  restore();
  if (focused) counter.querySelector(`#${CSS.escape(focused)}`)?.focus();
};

// An answer other than 200 closes an EventSource for good, hence the re-opening of our own.
const listen = () => {
  const stream = new EventSource("/events");
  stream.addEventListener("changed", () => { lost.hidden = true; refresh().catch(() => {}); });
  stream.onerror = () => {
    lost.hidden = false;
    if (stream.readyState === EventSource.CLOSED) setTimeout(listen, reopenAfterMilliseconds);
  };
};
listen();

// The function keys printed on the buttons.
document.addEventListener("keydown", event => {
  if (event.repeat) return;
  const button = counter.querySelector(`button[data-key="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
