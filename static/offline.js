// Registers what keeps the site on this device, and says when a newer one waits: a `dynascope-update` on the window, answered by
// `dynascope-reload`. Without service workers (an old browser, a page that is no secure context) there is nothing to say.

let registration = null;
let wanted = false;

export async function keepOffline(script) {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  registration = await workers.register(script);
  const say = () => registration.waiting && workers.controller && dispatchEvent(new Event("dynascope-update"));
  const watch = (worker) => worker?.addEventListener("statechange", say);
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration.installing));
  addEventListener("dynascope-reload", () => {
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage("take over");
  });
  // A tab that stays open for days asks now and then.
  setInterval(() => registration.update().catch(() => {}), 3_600_000);
  say();
  await keepAll(wanted);
}

/// Keeps the whole site, as soon as there is something that can: whoever brought the rest of the page comes back.
export async function keepAll(want = true) {
  wanted = want;
  if (!wanted || !registration || navigator.connection?.saveData) return;
  (await navigator.serviceWorker.ready).active.postMessage("keep");
}
