const STATIC = '<b>fixed</b>';

export function show(element: HTMLElement, count: number) {
  // ruleid: next-dom-html-write
  element.innerHTML = `<b>${count}</b>`;
  // ruleid: next-dom-html-write
  element.insertAdjacentHTML('beforeend', render(count));
  // ruleid: next-dom-html-write
  document.write('<p>' + count + '</p>');
  // ok: next-dom-html-write
  element.innerHTML = '';
  // ok: next-dom-html-write
  element.innerHTML = `<b>none</b>`;
  // ok: next-dom-html-write
  element.innerHTML = STATIC;
  // ok: next-dom-html-write
  element.innerHTML = DOMPurify.sanitize(render(count));
  // ok: next-dom-html-write
  element.textContent = render(count);
}
