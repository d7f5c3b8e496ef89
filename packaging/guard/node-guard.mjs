// Stops an old Node before any TypeScript is read. Every entry script is `<name>.mjs`: it imports this file first, then
// imports `<name>.ts` dynamically. Old Nodes must be able to parse this file and the entry: no `??`, no `?.`, and no
// `await` outside a function (a syntax error there would come before this guard has spoken).
var NEEDED_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) < NEEDED_MAJOR) {
  process.stderr.write(
    'yimen needs Node 24, which npm ci brings along: run npm ci and start it with npm start [OLD_NODE]\n',
  );
  process.exit(2);
}
