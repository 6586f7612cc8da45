// Answers operations with graphql-js: one JSON object a line in, one reply a line out.
// The world is the one of world.rs: every value follows from an object's number.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { buildSchema, executeSync, parse, validate } from 'graphql';

const schema = buildSchema(readFileSync(new URL('schema.graphql', import.meta.url), 'utf8'));
const KINDS = ['ONE', 'TWO', 'THREE'];

const next = (id, salt) => (id * 31 + salt * 17 + 7) % 1000;
const make = (type, id) => ({ __typename: type, number: id });
const node = (id) => make(['Alpha', 'Beta', 'Gamma'][id % 3], id);
const named = (id) => make(['Alpha', 'Beta'][id % 2], id);
const either = (id) => make(['Alpha', 'Gamma'][id % 2], id);
const range = (count) => Array.from({ length: Math.max(0, count) }, (_, at) => at);
const fail = (message) => { throw new Error(message); };

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

const echo = (_, args) => JSON.stringify(sorted(args));

const thing = {
  id: ({ __typename, number }) => `${__typename}/${number}`,
  name: ({ number }) => `n"${number}\n`,
  nick: ({ number }) => (number % 3 === 0 ? null : `nick ${number}`),
  num: ({ number }) => number * 3 - 500,
  half: ({ number }) => number + 0.5,
  flag: ({ number }) => [true, false, null][number % 3],
  kind: ({ number }) => KINDS[number % 3],
  tags: ({ number }) => range(number % 4).map((at) => `t${at}`),
  holes: ({ number }) => (number % 5 === 4 ? null : [null, 'x', null].slice(number % 3)),
  blob: ({ number }) => (number % 8 === 1 ? null : { n: [number, null, 'b'] }),
  risky: ({ number }) => (number % 4 === 1 ? fail(`risky ${number}`) : number),
  strict: ({ number }) => (number % 5 === 1 ? fail(`strict ${number}`) : number),
  friend: ({ number }) =>
    number % 11 === 3 ? fail(`friend ${number}`) : number % 7 === 0 ? null : make('Alpha', next(number, 1)),
  close: ({ number }) => (number % 6 === 1 ? fail(`close ${number}`) : make('Beta', next(number, 2))),
  friends: ({ number }, { first }) =>
    range(Math.min(first ?? 0, 3)).map((at) => make('Alpha', next(number, 3 + at))),
  loose: ({ number }) =>
    number % 9 === 2 ? fail(`loose ${number}`) : range(3).map((at) => (next(number, at) % 2 ? null : make('Beta', next(number, at)))),
  maybe: ({ number }) => (number % 4 === 2 ? null : range(number % 3).map((at) => make('Gamma', next(number, 9 + at)))),
  thing: ({ number }) => (number % 10 === 7 ? fail(`thing ${number}`) : number % 10 === 8 ? null : named(next(number, 4))),
  node: ({ number }) => node(next(number, 5)),
  nodes: ({ number }, { first }) =>
    number % 13 === 5 ? fail(`nodes ${number}`) : range(Math.min(first, 3)).map((at) => node(next(number, 6 + at))),
  either: ({ number }) => (number % 5 === 2 ? null : either(next(number, 7))),
  eithers: ({ number }) =>
    number % 6 === 5 ? null : range(3).map((at) => (next(number, at) % 4 === 0 ? null : either(next(number, at)))),
  echo,
};

const query = {
  alpha: (_, { id }) => (id % 10 === 0 ? null : make('Alpha', id)),
  sure: (_, { id }) => (id % 10 === 1 ? fail(`sure ${id}`) : make('Alpha', id)),
  node: (_, { id }) => (id % 10 === 2 ? null : node(id)),
  named: (_, { ids }) => ids.map(named),
  eithers: (_, { ids }) => ids.map((id) => (id === null ? null : either(id))),
  echo,
};

const mutation = {
  add: (_, { id, by }) => (id % 4 === 3 ? fail(`add ${id}`) : make('Alpha', (id + (by ?? 0)) % 1000)),
  sure: (_, { id }) => (id % 3 === 1 ? fail(`sure ${id}`) : make('Alpha', id)),
};

const resolvers = { Query: query, Mutation: mutation, Alpha: thing, Beta: thing, Gamma: thing };

for await (const line of createInterface({ input: process.stdin })) {
  const { text, variables } = JSON.parse(line);
  let document;
  try {
    document = parse(text);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ refused: true, data: null, errors: [{ message: error.message }] })}\n`);
    continue;
  }
  const invalid = validate(schema, document);
  const result = invalid.length
    ? { invalid: true, errors: invalid }
    : executeSync({
        schema,
        document,
        variableValues: variables,
        fieldResolver: (source, args, context, info) =>
          resolvers[info.parentType.name][info.fieldName](source, args),
      });
  const errors = (result.errors ?? []).map(({ message, path, locations }) => ({ message, path, locations }));
  const refused = result.invalid === true || !('data' in result);
  process.stdout.write(`${JSON.stringify({ refused, data: refused ? null : JSON.stringify(result.data), errors })}\n`);
}
