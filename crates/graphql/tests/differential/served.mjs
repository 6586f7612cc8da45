// Answers operations on a served schema with graphql-js: one JSON object a line in, one reply a line out.
// The world is the one of served/world.rs: a field follows from its parent's number and the arguments.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  buildSchema, executeSync, getNamedType, isAbstractType, isEnumType, isListType, isNonNullType, isScalarType, parse,
  validate,
} from 'graphql';

const schema = buildSchema(readFileSync(process.argv[2], 'utf8'));

function hash(text) {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(text)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

const possible = new Map();
function possibleTypes(type) {
  if (!possible.has(type)) {
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    possible.set(type, types.map(({ name }) => name).sort());
  }
  return possible.get(type);
}

function value(type, seed, present) {
  const sum = hash(seed);
  if (isNonNullType(type)) type = type.ofType;
  else if (!present && sum % 6 === 0) return null;
  if (isListType(type)) {
    return Array.from({ length: (sum >>> 5) % 4 }, (_, at) => value(type.ofType, `${seed}/${at}`, false));
  }
  const choice = sum >>> 4;
  switch (type.name) {
    case 'Int': return (choice % 2001) - 1000;
    case 'Float': return (choice % 1000) + 0.25;
    case 'Boolean': return choice % 2 === 1;
    case 'String': return `"${choice}\n\u0001é`;
    case 'ID': return `gid://${choice}`;
  }
  if (isEnumType(type)) return type.getValues()[choice % type.getValues().length].name;
  if (isScalarType(type)) return choice % 4 === 0 ? { n: [choice, null, 'b'] } : `s${choice}`;
  const types = possibleTypes(getNamedType(type));
  return { __typename: types[choice % types.length], number: choice % 10000 };
}

function resolve(source, args, { fails }, { parentType, fieldName, returnType }) {
  const number = source?.number ?? 0;
  const seed = `${parentType}.${fieldName}(${JSON.stringify(sorted(args))})#${number}`;
  if (fails > 0 && hash(`${seed}!`) % fails === 0) throw new Error(`${parentType}.${fieldName} fails at ${number}`);
  return value(returnType, seed, parentType.name === 'Mutation');
}

function answer({ text, variables, fails }) {
  let document;
  try {
    document = parse(text);
  } catch (error) {
    return { errors: [error] };
  }
  const invalid = validate(schema, document);
  if (invalid.length > 0) return { errors: invalid };
  return executeSync({ schema, document, variableValues: variables, contextValue: { fails }, fieldResolver: resolve });
}

for await (const line of createInterface({ input: process.stdin })) {
  const result = answer(JSON.parse(line));
  const errors = (result.errors ?? []).map(({ message, path, locations }) => ({ message, path, locations }));
  const refused = !('data' in result);
  process.stdout.write(`${JSON.stringify({ refused, data: refused ? null : JSON.stringify(result.data), errors })}\n`);
}
