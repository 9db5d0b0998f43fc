// Walks a feed with OpenActive's RPDE validator, and holds the data of every item against OpenActive's models, both as
// they are. Prints what it walked, and what was found: a line each, the numbers in it as N, so that what is said of
// many is said once. Nobody but the feed's own server is asked.
//
// openactive.js URL
const net = require('net');
const { RpdeValidator } = require('@openactive/rpde-validator');
const { validate } = require('@openactive/data-model-validator');

const [, , url] = process.argv;

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function here(...given) {
  const [{ host, port }] = net._normalizeArgs(Array.isArray(given[0]) ? given[0] : given);
  if (`${host}:${port}` !== new URL(url).host) {
    console.error(`${host}:${port} was to be asked`);
    process.exit(3);
  }
  return connect.apply(this, given);
};

async function main() {
  const found = new Set();
  const note = (by, { severity, type, path, message }) => {
    const where = path ? ` ${path}` : '';
    const [what] = message.replace(/\s+/g, ' ').split(' A full example');
    found.add(`${by} ${severity} ${type}${where}: ${what}`.replace(/\d+/g, 'N'));
  };
  const log = await RpdeValidator(url, { pageLimit: 20 });
  for (const page of log.pages) {
    for (const error of page.errors) note('rpde', error);
  }
  const seen = { pages: 0, updated: 0, deleted: 0 };
  for (let at = url, last = false; !last; seen.pages += 1) {
    const page = await (await fetch(at)).json();
    last = page.items.length === 0;
    at = page.next;
    for (const item of page.items) {
      seen[item.state] += 1;
      if (item.data) (await validate(item.data, { loadRemoteJson: false })).forEach((error) => note('data', error));
    }
  }
  console.log(`${log.pages.length} pages by the validator, ${seen.pages} pages: ${seen.updated} updated, ${seen.deleted} deleted`);
  [...found].sort().forEach((line) => console.log(line));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
