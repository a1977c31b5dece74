// Refreshes a page marked data-live when central has news. Without this module the pages work all the same.
const main = document.querySelector('main[data-live]');

// At most one refresh a second, however much arrives.
const PAUSE_MS = 1000;

let isWaiting = false;

async function refresh() {
  isWaiting = false;
  const answer = await fetch(location.href, { headers: { accept: 'text/html', 'x-refresh': 'yes' } });
  // The header says that nobody asked for this: a screen that is only looked at does not keep a session open.
  if (answer.redirected) {
    location.reload();
    return;
  }

  if (!answer.ok)
    return;
  const next = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');

  // Somebody who has moved the keyboard into the table keeps the place.
  if (next && !main.contains(document.activeElement))
    main.innerHTML = next.innerHTML;
}

if (main) {
  const events = new EventSource('/events');
  events.addEventListener('changed', () => {
    if (isWaiting)
      return;
    isWaiting = true;
    setTimeout(() => refresh().catch(() => { }), PAUSE_MS);
  });
}
