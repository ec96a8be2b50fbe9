export function run(code: string, count: number) {
  // ok: next-dynamic-code
  eval(`require`);
  // ruleid: next-dynamic-code
  eval(code);
  // ruleid: next-dynamic-code
  new Function('x', `return ${code}`)(count);
  // ruleid: next-dynamic-code
  vm.runInNewContext(code, {});
  // ruleid: next-dynamic-code
  setTimeout(`tick(${count})`, 10);
  // ruleid: next-dynamic-code
  setInterval('tick()', 10);
  // ok: next-dynamic-code
  setTimeout(() => fail(new Error(`no answer within ${count} ms`)), count);
  // ok: next-dynamic-code
  const load = eval('require');
  // ok: next-dynamic-code
  const root = new Function('return this')();
  // ok: next-dynamic-code
  return JSON.parse(code) ?? model.eval(code) ?? [load, root];
}
