/** One press of Ctrl-C, however often it arrives, and two. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { onInterrupt } from "../src/interrupt.ts";

describe("Ctrl-C", () => {
  let forget = () => {};
  afterEach(() => forget());

  /** The listener alone is called: a signal to this process would reach the test runner too. */
  function listen() {
    let time = 0;
    const [first, again] = [vi.fn(), vi.fn()];
    const before = new Set(process.listeners("SIGINT"));
    forget = onInterrupt({ first, again }, { nowMs: () => time });
    const [listener] = process.listeners("SIGINT").filter((each) => !before.has(each));
    const send = (signal: NodeJS.Signals, atMs: number) => {
      time = atMs;
      listener(signal);
      return [first.mock.calls.length, again.mock.calls.length];
    };
    return { send, listener };
  }

  it("that npm passes on is one press; a second press is another", () => {
    const { send } = listen();
    expect(send("SIGINT", 1000)).toEqual([1, 0]);
    expect(send("SIGINT", 1003)).toEqual([1, 0]);
    expect(send("SIGINT", 1600)).toEqual([1, 1]);
  });

  it("and a request to end right after it are two", () => {
    const { send } = listen();
    expect(send("SIGINT", 1000)).toEqual([1, 0]);
    expect(send("SIGTERM", 1001)).toEqual([1, 1]);
  });

  it("is nobody's any more when it was forgotten", () => {
    const { listener } = listen();
    forget();
    expect(process.listeners("SIGINT")).not.toContain(listener);
    expect(process.listeners("SIGTERM")).not.toContain(listener);
  });
});
