import "../../../test/helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "#config.ts";
import { readGitHub, readGoogle, readProviders } from "./settings.ts";

test("GitHub and Google are a client and its secret, GitHub also a server of one's own", () => {
  assert.deepEqual(readGitHub("Iv1.abc:s3cret"), {
    id: "github",
    name: "GitHub",
    kind: "github",
    issuer: "https://github.com",
    clientId: "Iv1.abc",
    clientSecret: "s3cret",
  });
  assert.equal(readGitHub("https://id:secret@github.example.org")?.issuer, "https://github.example.org");
  assert.equal(readGoogle("1-a.apps.googleusercontent.com:GOCSPX-1")?.issuer, "https://accounts.google.com");
  for (const wrong of ["", "id", "id:", ":secret", "id:se cret", "https://github.example.org"]) {
    assert.equal(readGitHub(wrong), undefined, wrong);
    assert.equal(readGoogle(wrong), undefined, wrong);
  }
  assert.equal(readGitHub("https://id:secret@github.example.org/path"), undefined);
});

test("other providers have a name, a client and the exact issuer", () => {
  const text = "Work=https://a%3Ab:c%2C%2Fd@id.example.org/realms/work, At home = https://e:f@home.example.org";
  assert.deepEqual(readProviders(text), [
    {
      id: "work",
      name: "Work",
      kind: "oidc",
      issuer: "https://id.example.org/realms/work",
      clientId: "a:b",
      clientSecret: "c,/d",
    },
    {
      id: "at-home",
      name: "At home",
      kind: "oidc",
      issuer: "https://home.example.org/",
      clientId: "e",
      clientSecret: "f",
    },
  ]);
  assert.deepEqual(readProviders("Here=http://a:b@127.0.0.1:5000")?.[0]?.issuer, "http://127.0.0.1:5000/");
});

test("a provider that nobody could sign in with is refused, and the sentence keeps its secret", () => {
  const wrongs = [
    "https://a:hush@id.example.org",
    "Work=http://a:hush@id.example.org",
    "Work=https://a@id.example.org",
    "Work=https://a:%zz@id.example.org",
    "Work=https://a:hush@id.example.org/?x=1",
    "仕事=https://a:hush@id.example.org",
    "GitHub=https://a:hush@id.example.org",
    "Work=https://a:hush@id.example.org,work=https://a:hush@other.example.org",
    "Work=https://a:hush@id.example.org,nonsense",
  ];
  for (const wrong of wrongs) {
    assert.throws(
      () => readConfig({ ...process.env, SIGN_IN_OIDC: wrong }),
      ({ message }: Error) => /SIGN_IN_OIDC: must be Name=https/.test(message) && !message.includes("hush"),
      wrong,
    );
  }
});
