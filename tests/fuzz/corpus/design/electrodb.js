
import { Entity, Service } from "electrodb";
const table = "electro";
const Task = new Entity({
  model: { entity: "task", version: "1", service: "taskapp" },
  attributes: {
    taskId: { type: "string", required: true }, points: { type: "number" },
    createdAt: { type: "number", default: () => Date.now(), readOnly: true },
  },
  indexes: {
    projects: { pk: { field: "pk", composite: ["taskId"] }, sk: { field: "sk", composite: [] } },
    assigned: {
      collection: "assignments", index: "gsi1pk-gsi1sk-index",
      pk: { field: "gsi1pk", composite: ["points"] }, sk: { field: "createdAt", composite: ["createdAt"] },
    },
    recent: { index: "lsi1", pk: { field: "pk", composite: ["taskId"] }, sk: { field: "lsi1sk", composite: ["createdAt"] } },
  },
}, { client, table });
const User = new Entity({
  model: { entity: "user", version: "1", service: "taskapp" },
  attributes: { userId: { type: "string" } },
  indexes: {
    user: { pk: { field: "pk", composite: ["userId"] }, sk: { field: "sk", composite: [] } },
    email: { index: "gsi2", pk: { field: "gsi2pk", composite: ["userId"] } },
  },
}, { client, table });
