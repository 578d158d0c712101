export * from "./invalidate-cache"
