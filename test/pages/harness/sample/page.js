// A page that tests the harness of the page tests: it repeats what it is told.
const api = acquireVsCodeApi();
const visits = (api.getState() ?? 0) + 1;
api.setState(visits);
const main = document.getElementById('page');
main.innerHTML = `<h1>Sample</h1><p>Visit ${visits}</p>`;
window.addEventListener('message', ({ data }) => {
  if (data.method === 'double') {
    const result = data.params.map((value) => 2 * value);
    api.postMessage({ type: 'answer', id: data.id, result });
  }
  if (data.method === 'misbehave') main.innerHTML = '<img src="https://example.invalid/x.png">';
  if (data.method === 'style') main.setAttribute('style', 'color: red');
});
api.postMessage({ type: 'tell', method: 'ready', params: new Float32Array([visits, 0.5]) });
