// Makes text of the markup that is the same whatever a component is given, for `compile.js`.
import { parse } from "acorn";
import { attribute, escape, isVoid } from "./lib/jsx/jsx-runtime.ts";

const runtime = "#lib/jsx/jsx-runtime";

/**
 * JavaScript in which an element is its text with what differs in between, where esbuild has written a call for each of its
 * elements: `jsx("li", { class: "chip", children: name })` becomes `$raw('<li class="chip">' + $render(name) + "</li>")`. Calls of
 * components stay, and elements whose attributes are spread. Every line keeps its number, so that a source map still fits.
 */
export function flattenMarkup(code) {
  const tree = parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true, preserveParens: true });
  const imported = tree.body.find((statement) => statement.source?.value === runtime);
  if (imported === undefined) return code;
  const names = new Map(imported.specifiers.map((specifier) => [specifier.local.name, specifier.imported.name]));
  const flat = createWriter(code, (identifier) => names.get(identifier.name)).write(tree);
  const at = flat.indexOf("{", imported.start) + 1;
  return `${flat.slice(0, at)} raw as $raw, render as $render, attribute as $attribute,${flat.slice(at)}`;
}

/** Writes nodes as they are, but for elements; `nameOf` tells what of the runtime an identifier is. */
function createWriter(code, nameOf) {
  let line = 1;

  // Code between elements as it stands, with all of its lines.
  function copy(from, to) {
    const text = code.slice(from, to);
    line += text.split("\n").length - 1;
    return text;
  }

  function breakTo(wanted) {
    const breaks = "\n".repeat(Math.max(0, wanted - line));
    line += breaks.length;
    return breaks;
  }

  function write(node) {
    if (isElement(node)) return writeElement(node);
    let [text, at] = ["", node.start];
    for (const element of elementsIn(node)) {
      text += copy(at, element.start) + writeElement(element);
      at = element.end;
    }
    return text + copy(at, node.end);
  }

  function writeElement(node) {
    return `$raw(${joined(partsOf(node))}${breakTo(node.loc.end.line)})`;
  }

  // What is known is a part of `text`, what is not a part of `code` that makes a string.
  function partsOf({ arguments: [type, { properties }] }) {
    const children = properties.find((property) => keyOf(property) === "children");
    const inside = () => (children === undefined ? [] : childParts(children.value));
    if (type.type !== "Literal") return inside();
    const attributes = properties.filter((property) => property !== children).map(attributePart);
    const isOpen = children === undefined && isVoid(type.value);
    const end = isOpen ? [] : [{ text: `</${type.value}>` }];
    return [{ text: `<${type.value}` }, ...attributes, { text: ">" }, ...inside(), ...end];
  }

  function attributePart(property) {
    const [name, { value }] = [keyOf(property), property];
    if (isPlain(value)) return { text: attribute(name, value.value) };
    return { code: `$attribute(${JSON.stringify(name)}, ${writeBelow(value)})` };
  }

  function childParts(node) {
    if (isElement(node)) return partsOf(node);
    if (isPlain(node)) return [{ text: isShown(node.value) ? escape(String(node.value)) : "" }];
    if (isList(node)) return node.elements.flatMap(childParts);
    if (isCallOfRuntime(node)) return [{ code: `${writeBelow(node)}.value` }];
    if (node.type === "ConditionalExpression") {
      const [test, yes, no] = [writeBelow(node.test), joinedChild(node.consequent), joinedChild(node.alternate)];
      return [{ code: `(${test} ? ${yes} : ${no})` }];
    }
    return [{ code: `$render(${writeBelow(node)})` }];
  }

  const joinedChild = (node) => joined(childParts(node));
  const writeBelow = (node) => breakTo(node.loc.start.line) + write(node);
  const isCallOfRuntime = ({ type, callee }) =>
    type === "CallExpression" && callee.type === "Identifier" && /^jsxs?$/.test(nameOf(callee) ?? "");

  // Of an element all is written out but its values, and a fragment has nothing but children.
  function isElement(node) {
    if (!isCallOfRuntime(node) || node.arguments.length !== 2) return false;
    const [type, { properties }] = node.arguments;
    if (!properties?.every((property) => property.type === "Property" && !property.computed)) return false;
    return type.type === "Literal" || nameOf(type) === "Fragment";
  }

  function elementsIn(node) {
    if (node === null || typeof node !== "object") return [];
    const below = Array.isArray(node) ? node : Object.values(node);
    return below.flatMap((each) => (each?.type !== undefined && isElement(each) ? [each] : elementsIn(each)));
  }

  return { write };
}

function joined(parts) {
  const texts = [];
  for (const { text, code } of parts) {
    const last = texts.at(-1);
    if (code !== undefined) texts.push({ code });
    else if (last?.text !== undefined) last.text += text;
    else texts.push({ text });
  }
  const shown = texts.filter(({ text }) => text !== "");
  return shown.map(({ text, code }) => code ?? JSON.stringify(text)).join(" + ") || '""';
}

function keyOf({ key }) {
  return key.name ?? key.value;
}

function isPlain({ type, regex, bigint }) {
  return type === "Literal" && regex === undefined && bigint === undefined;
}

function isShown(value) {
  return value !== null && typeof value !== "boolean";
}

function isList({ type, elements }) {
  return (
    type === "ArrayExpression" && elements.every((element) => element !== null && element.type !== "SpreadElement")
  );
}
