package io.shardjdbc.benchmarks.contest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Contestants that take turns in short runs, in random order.
 *
 * <p>Whatever else the machine does befalls all of them alike. Ratios and differences are taken
 * within a round, and their median is what is told: a harness that measured one after the other
 * would show the machine's moods, which are greater than what is looked for.
 *
 * @param line the line of the table, for the raw data
 * @param threads how many do the same at once
 * @param acts how often each thread acts in a round
 * @param lasting how long it goes on after its {@linkplain WarmUp warm-up}
 * @param workers the threads that do it
 */
public record Contest(String line, int threads, int acts, Duration lasting, Workers workers) {

  private static final int FEWEST_ROUNDS = 5;

  /** On threads of the platform. */
  public Contest(String line, int threads, int acts, Duration lasting) {
    this(line, threads, acts, lasting, Workers.PLATFORM);
  }

  /** Lets them take turns; the samples are in the order of the contestants. */
  public List<Samples> between(List<Contestant> contestants, Report report) throws Exception {
    Map<String, List<Samples.Sample>> rounds = new LinkedHashMap<>();
    contestants.forEach(one -> rounds.put(one.name(), new ArrayList<>()));
    ExecutorService running = workers.start(threads);
    try {
      Random random = new Random(42);
      WarmUp warmUp = new WarmUp(lasting);
      long end = Long.MAX_VALUE;
      int turn = 0;
      int counted = 0;
      while (counted < FEWEST_ROUNDS || System.nanoTime() < end) {
        boolean counts = warmUp.isOver();
        if (counts && counted == 0) {
          end = System.nanoTime() + lasting.toNanos();
        }
        List<Contestant> order = new ArrayList<>(contestants);
        Collections.shuffle(order, random);
        for (Contestant one : order) {
          Samples.Sample sample = round(running, one, turn);
          if (counts) {
            Objects.requireNonNull(rounds.get(one.name())).add(sample);
          }
        }
        turn += acts;
        counted += counts ? 1 : 0;
      }
    } finally {
      running.shutdownNow();
    }
    List<Samples> all = new ArrayList<>();
    rounds.forEach((name, samples) -> all.add(new Samples(name, samples)));
    report.raw(this, all);
    return all;
  }

  private Samples.Sample round(ExecutorService executor, Contestant one, int turn)
      throws Exception {
    long begin = System.nanoTime();
    Costs costs = Costs.NONE;
    if (threads == 1 && workers == Workers.PLATFORM) {
      costs = run(one, turn);
    } else {
      List<Future<Costs>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int start = turn + i * acts;
        running.add(executor.submit(() -> run(one, start)));
      }
      for (Future<Costs> each : running) {
        costs = costs.beside(result(each));
      }
      costs = new Costs(System.nanoTime() - begin, costs.processor(), costs.bytes());
    }
    double all = (double) acts * threads;
    double nanos = costs.nanos() / (double) acts;
    return workers.areCounted()
        ? new Samples.Sample(nanos, costs.processor() / all, costs.bytes() / all)
        : new Samples.Sample(nanos, Double.NaN, Double.NaN);
  }

  private Costs run(Contestant one, int start) throws Exception {
    Costs before = workers.areCounted() ? Costs.now() : Costs.NONE;
    for (int i = 0; i < acts; i++) {
      one.act().run(start + i);
    }
    return workers.areCounted() ? Costs.now().since(before) : before;
  }

  private static Costs result(Future<Costs> each) throws Exception {
    try {
      return each.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
