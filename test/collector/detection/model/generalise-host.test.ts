import * as fc from "fast-check";
import { expect, test } from "vitest";

import { generaliseHost } from "../../../../collector/detection/model/generalise-host.ts";

test.each([
  ["registry.npmjs.org", "npmjs.org", "registry.npmjs.org"],
  ["Registry.NPMJS.org.", "npmjs.org", "registry.npmjs.org"],
  ["mirror12.cdn.example.co.uk", "example.co.uk", "mirror*.cdn.example.co.uk"],
  ["us-east-1.console.example.com", "example.com", "*.console.example.com"],
  ["eastus2-1.example.com", "example.com", "*.example.com"],
  ["0f8fad5b-d9cb-469f-a165-70867728950e.example.com", "example.com", "*.example.com"],
  ["2026-01-31.logs.example.com", "example.com", "*.logs.example.com"],
  ["d41d8cd98f.example.com", "example.com", "*.example.com"],
  ["postgres", "postgres", "postgres"],
  ["api.default.svc.cluster.local", "cluster.local", "api.default.svc.cluster.local"],
  ["4.3.2.1.in-addr.arpa", "in-addr.arpa", "in-addr.arpa"],
  [
    "fv-az12-3.abcdefgh.phxx.internal.cloudapp.net",
    "internal.cloudapp.net",
    "internal.cloudapp.net",
  ],
  [
    "pipelines7.actions.githubusercontent.com",
    "actions.githubusercontent.com",
    "actions.githubusercontent.com",
  ],
])("%s is of %s", (host, domain, name) => {
  expect(generaliseHost(host)).toMatchObject({ domain, name, kind: "name", isOfMany: false });
});

test.each([
  ["203.0.113.9", "203.0.113.0/24"],
  ["::ffff:203.0.113.9", "203.0.113.0/24"],
  ["10.1.2.3", "10.1.0.0/16"],
  ["172.18.0.2", "172.16.0.0/12"],
  ["169.254.169.254", "169.254.169.254"],
  ["2001:db8:1:2::5", "2001:db8:1::/48"],
  ["2001:0DB8:0001::", "2001:db8:1::/48"],
])("the address %s is of %s", (address, block) => {
  expect(generaliseHost(address)).toMatchObject({ domain: block, kind: "address" });
});

test.each([
  ["good.blob.core.windows.net", "evil.blob.core.windows.net"],
  ["productionresultssa19.blob.core.windows.net", "productionresultssa20.blob.core.windows.net"],
  ["111122223333.dkr.ecr.us-east-1.amazonaws.com", "999922223333.dkr.ecr.us-east-1.amazonaws.com"],
  ["good.s3.us-east-1.amazonaws.com", "evil.good.s3.us-east-1.amazonaws.com"],
  ["good.s3.us-east-1.amazonaws.com", "good.s3.evil.us-east-1.amazonaws.com"],
  ["ec2-3-4-5-6.compute-1.amazonaws.com", "ec2-3-4-5-7.compute-1.amazonaws.com"],
  ["service1.us-east-1.amazonaws.com", "service2.us-east-1.amazonaws.com"],
  ["d111111abcdef8.cloudfront.net", "d222222abcdef8.cloudfront.net"],
  ["app1.azurewebsites.net", "app2.azurewebsites.net"],
  ["team1.github.io", "team2.github.io"],
  ["app-1.fly.dev", "app-2.fly.dev"],
  ["example1.com", "example2.com"],
  ["example.com", "example.com.evil.net"],
  ["example.com", "example.co"],
  ["mirror1.example.com", "mirror1.example-com.net"],
  ["registry.npmjs.org", "registry-npmjs.org"],
  ["xn--pypi-4ve.org", "pypi.org"],
  ["203.0.113.9", "203.0.112.9"],
  ["pipelines.actions.githubusercontent.com", "pipelines-actions.githubusercontent.com.evil.net"],
])("%s is not of whoever has %s", (good, evil) => {
  expect(generaliseHost(evil).domain).not.toBe(generaliseHost(good).domain);
});

test("a host of many, of which the tenant stands in the path, says so", () => {
  expect(generaliseHost("storage.googleapis.com").isOfMany).toBe(true);
  expect(generaliseHost("s3.us-east-1.amazonaws.com").isOfMany).toBe(true);
  expect(generaliseHost("bucket.s3.us-east-1.amazonaws.com").isOfMany).toBe(false);
});

test("whatever it is called, a host has a short printable domain, and its name ends in that", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ maxLength: 400, unit: "binary" }), fc.domain(), fc.ipV6()),
      (host) => {
        const { domain, name } = generaliseHost(host);

        expect(domain).toMatch(/^[\x21-\x7e]{0,253}$/);
        expect(name.endsWith(domain)).toBe(true);
      },
    ),
  );
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);

test("names below another registered domain are never of the first, whatever labels stand before it", () => {
  const good = generaliseHost("registry.example.com").domain;
  fc.assert(
    fc.property(fc.array(label, { maxLength: 5 }), label, (below, own) => {
      fc.pre(own !== "example");
      const evil = [...below, `${own}.com`].join(".");

      expect(generaliseHost(evil).domain).not.toBe(good);
    }),
  );
});

test("two tenants of one host stay two, whatever their names look like", () => {
  fc.assert(
    fc.property(
      label,
      label,
      fc.constantFrom(
        "blob.core.windows.net",
        "s3.amazonaws.com",
        "vercel.app",
        "execute-api.eu-west-1.amazonaws.com",
      ),
      (one, other, suffix) => {
        fc.pre(one !== other && !one.startsWith("productionresultssa"));

        expect(generaliseHost(`${one}.${suffix}`).domain).not.toBe(
          generaliseHost(`${other}.${suffix}`).domain,
        );
      },
    ),
  );
});
