import { model, readOnlyModel } from "#lib/admin.ts";
import { interests, learners } from "./schema.ts";

const ofLearners = model(learners, {
  about: "What readers said of themselves on their first day.",
  title: "userId",
  list: ["userId", "level", "answeredAt"],
  filters: ["level"],
  dates: "answeredAt",
  order: "-answeredAt",
  without: readOnlyModel,
});

const ofInterests = model(interests, {
  title: "topicId",
  list: ["userId", "topicId"],
  filters: ["topicId"],
  without: readOnlyModel,
});

export const models = [ofLearners, ofInterests];
