/**
 * What makes a page live where scripts run: it takes the new content in place when an event is told, and every 5 s, but
 * not while a text is marked. Where none run, the page asks for itself again. Nothing that comes from outside is made
 * markup here: the server has made it, escaped.
 */
export const pageScript = `'use strict';
const body = document.body;
const toggle = body.dataset.live;
if (toggle !== undefined) {
  let asking = false;
  let again = false;
  const reading = () => getSelection()?.isCollapsed === false;
  const renew = async () => {
    if (reading()) return;
    if (asking) { again = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (next.querySelector('main') === null) throw new Error('no page');
      const focused = document.activeElement?.id ?? '';
      const typing = document.activeElement?.tagName === 'INPUT';
      for (const name of ['main', 'header']) {
        const [old, fresh] = [document.querySelector(name), next.querySelector(name)];
        if (old !== null && fresh !== null && !(typing && old.contains(document.activeElement))) old.replaceWith(fresh);
      }
      if (focused !== '' && !typing) document.getElementById(focused)?.focus();
      document.title = next.title;
    } catch { /* The server is away or has had enough of us: the page says how old it is. */ }
    asking = false;
    if (again) { again = false; void renew(); }
  };
  const events = new EventSource(toggle);
  for (const kind of ['state', 'drift', 'ours']) events.addEventListener(kind, () => void renew());
  setInterval(() => void renew(), 5000);
}
`;
