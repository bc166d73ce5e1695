package io.shardjdbc.benchmarks.lines;

import io.shardjdbc.benchmarks.contest.Report;

/** One line of the table of goals. */
public interface Line {

  /** What a command line calls it. */
  String name();

  /** Measures it, and tells the report. */
  void measure(Lab lab, Report report) throws Exception;
}
