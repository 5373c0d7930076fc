/** A process that does nothing: what W5 is measured from. */
export {};
