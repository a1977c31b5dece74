// Keeps the counter page live without losing what the officer typed or chose.
// The server renders; this module only fetches the newest rendering when the event stream says that something changed.
const counter = document.getElementById("counter");
const lost = document.getElementById("lost");
const reopenAfterMilliseconds = 1000;

const typed = () => {
  const values = new Map();
  for (const field of counter.querySelectorAll("input")) {
    const form = field.closest("form");
    const key = `${form?.getAttribute("action")}|${field.name}|${field.type === "radio" ? field.value : ""}`;
    values.set(key, field.type === "radio" || field.type === "checkbox" ? field.checked : field.value);
  }
  return values;
};

const restore = (values, focused) => {
  for (const field of counter.querySelectorAll("input")) {
    const form = field.closest("form");
    const key = `${form?.getAttribute("action")}|${field.name}|${field.type === "radio" ? field.value : ""}`;
    if (!values.has(key)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.get(key);
    else field.value = values.get(key);
  }
  if (focused) counter.querySelector(`#${CSS.escape(focused)}`)?.focus();
};

const refresh = async () => {
  const answer = await fetch(`/counter${location.search}`, { headers: { accept: "text/html" } });
  if (!answer.ok) return;
  const values = typed();
  const open = [...counter.querySelectorAll("details")].map(details => details.open);
  const focused = document.activeElement?.id;
  counter.innerHTML = await answer.text();
  counter.querySelectorAll("details").forEach((details, index) => { details.open = open[index] ?? false; });
  restore(values, focused);
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
  const button = counter.querySelector(`button[data-key="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
