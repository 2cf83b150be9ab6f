import "../helpers/environment.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { silenceRedis } from "../../faults/door/silent-redis.ts";
import { skip } from "../helpers/redis.ts";

test(
  "processes count together in Redis, for themselves while it is silent, and readers notice nothing",
  { skip },
  async () => {
    const { together, togetherAgain, failed, ...times } = await silenceRedis({ tries: 3 });
    assert.deepEqual({ together, togetherAgain, failed }, { together: true, togetherAgain: true, failed: 0 });
    assert.ok(Object.values(times).every(Number.isFinite));
  },
);
