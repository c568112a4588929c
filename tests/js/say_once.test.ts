import * as esbuild from "esbuild";
import { describe, expect, it } from "vitest";
// @ts-expect-error: a tool of the build, which is JavaScript.
import { sayOnce } from "../../tools/say_once.mjs";

const say = sayOnce as (code: string) => string;

/** What a module that declares `result` makes of it. */
function run(code: string): unknown {
  return new Function(`${code};return result`)();
}

/** Modules that would break if what means something by its place were taken for a name, or the other way round. */
const MODULES: Record<string, string> = {
  "members, calls and what they are called on":
    "const a={queries:[3,1,2],total(){return this.queries.length}};const result=[a.total(),a.queries.map(q=>q+a.queries.length),a.queries.length,a.total(),a.queries.length]",
  "keys, shorthands, methods and accessors":
    'const queries=1,result=[];class A{queries=2;get total(){return this.queries}static queries="queries"}const{queries:x}={queries};result.push(x,new A().total,new A().total,A.queries,{queries}.queries,{"queries":5}.queries,"queries")',
  "computed keys": 'const o={["query"]:1,query2:2};const result=[o["query"],o.query,o["query"],o.query]',
  "optional chains":
    "const o=null,p={deep:{deep:1}};const result=[o?.deep,o?.deep?.deep,p?.deep?.deep,p.deep?.deep]",
  "private names":
    "class A{#deep=1;deepest(o){return this.#deep+(#deep in o)+o.#deep}}const a=new A;const result=[a.deepest(a),a.deepest(a)]",
  "words beside words":
    'function f(x){switch(x){case"query":return"query";case null:return null;default:return x in{query:1}?"query":typeof"query"}}const result=["query",null,"other"].map(f);for(const each of"query")result.push(each);if(null instanceof Object)result.push(null)',
  "nothing at all":
    "let calls=0;const f=()=>{calls++};const o={a:void 0};const result=[o.a===void 0,void f(),void 0??1,typeof void 0,calls,((x=2)=>x)(void 0)];if(void 0===o.b)result.push(void 0)",
  numbers:
    "const result=[Math.max(1,2),Math.max(3,4),Math.min(1,2),Math.max(...[5]),Math.max.name,1..toFixed(1),2..toFixed(1)]",
  "assignment, deletion, updates":
    "const o={count:1};o.count+=2;o.count++;const before=o.count;delete o.count;const result=[before,o.count,o.count,o]",
  templates:
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    'const o={name:"query"};const result=[`${o.name} query`,String.raw`query${o.name}`,`${"query"}`,o.name]',
  "classes that extend":
    "const a={Base:class{hello(){return 1}}};class B extends a.Base{hello(){return super.hello()+super.hello()}}const result=[new B().hello(),new a.Base().hello(),new B().hello()]",
};

describe("sayOnce", () => {
  it.each(Object.entries(MODULES))("keeps what it means: %s", (_, code) => {
    const minified = esbuild.transformSync(code, { minifyWhitespace: true, charset: "utf8" }).code;
    // The same again and again: so that every name in it is worth it.
    const long = say(minified + `{${minified}}`.repeat(9));
    expect(long).toContain("$once0");
    expect(run(long)).toEqual(run(minified));
  });

  it("says once what is said often, and leaves what is rare", () => {
    const code = 'const a=b.queries+c.queries+d.queries+e.queries+f.rare,g="queries"';
    const said = say(code);
    expect(said).toBe(
      'const[$once0]=[..."queries".split(" ")];const a=b[$once0]+c[$once0]+d[$once0]+e[$once0]+f.rare,g= $once0 ',
    );
    expect(say("const a=b.rare")).toBe("const a=b.rare");
  });

  it("leaves imports, exports and directives as they are", () => {
    const code =
      '"use strict";import value from"module";import"module";export{value as"module"};export*from"module";x("module"),y("module"),z("module"),w("module"),v("module")';
    const said = say(code);
    for (const part of [
      '"use strict"',
      'from"module"',
      'import"module"',
      'as"module"',
      'export*from"module"',
    ]) {
      expect(said).toContain(part);
    }
    expect(said).toContain("x( $once0 )");
  });
});
