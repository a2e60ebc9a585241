// 与课程有关的中文句子。随课程一起取回，不随页面加载。
import type { enLessons } from "../en/lessons.ts";

export const zhLessons: typeof enLessons = {
  place: (step, field) => [step === null ? "" : `第 ${step} 步`, field].filter((part) => part !== "").join("，"),
  faults: {
    "not-json": (_expected, found) => `这不是 JSON：${found}`,
    "too-large": (expected) => `文件超过了课程的大小上限（${expected} 个字符）。`,
    "too-deep": (expected) => `列表和记录的嵌套超过了 ${expected} 层。`,
    version: (expected, found) => `本页读取第 ${expected} 版课程格式，而文件写的是 ${found}。`,
    missing: () => "缺少这个字段。",
    unknown: () => "没有这个字段，是不是拼错了？",
    type: (expected, found) => `应为 ${expected}，实际是 ${found}。`,
    choice: (expected, found) => `${found} 不在可选项之中：${expected}。`,
    form: (expected, found) => `${found} 不符合要求的形式：${expected}。`,
    scene: (expected, found) => (expected === "" ? `场景有误：${found}` : `没有场景 ${found}。可用的有 ${expected}。`),
    column: (expected, found) => `这张表没有 ${found} 这一列。它有 ${expected}。`,
  },
};
