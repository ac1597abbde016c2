export * from "lib:tax";
