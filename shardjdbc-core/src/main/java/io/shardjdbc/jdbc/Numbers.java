package io.shardjdbc.jdbc;

import io.shardjdbc.dispatch.Planned;
import io.shardjdbc.execute.Bindings;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Numbering.Draw;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.session.SequenceNumbers;
import io.shardjdbc.session.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;

/** Gives statements the numbers of sequences that they need before they are routed. */
final class Numbers {

  /** What a server says of a sequence that it does not let a session use. */
  private static final Set<String> REFUSED = Set.of("42501", "42P01", "25006");

  private Numbers() {}

  /** One execution of a plan, with its numbers if it takes any. */
  static Planned of(LogicalConnection connection, Plan plan, Bindings bindings)
      throws SQLException {
    Optional<Numbering> numbering = plan.numbering();
    Planned planned =
        numbering.isEmpty()
            ? new Planned(plan, bindings.values())
            : numbered(connection, plan, numbering.get(), bindings);
    if (plan.movesSequences()) {
      moved(connection, plan);
    }
    return planned;
  }

  /** With numbers that are taken now; what is wrong with the statement itself comes first. */
  private static Planned numbered(
      LogicalConnection connection, Plan plan, Numbering numbering, Bindings bindings)
      throws SQLException {
    if (plan.effect() == Effect.WRITE && numbers(connection).areWasted()) {
      return with(numbering, bindings, new long[numbering.sizeOfAll()]);
    }
    try {
      return with(numbering, bindings, numbers(connection).take(numbering));
    } catch (SQLException e) {
      boolean refused = REFUSED.contains(String.valueOf(e.getSQLState()));
      if (!refused || !numbers(connection).areTakenOutside()) {
        throw e;
      }
      Planned without = with(numbering, bindings, new long[numbering.sizeOfAll()]);
      Session session = connection.session();
      if (plan.effect() == Effect.WRITE && numbers(connection).areRefused()) {
        return without;
      }
      EarlierErrors.tell(session, without, Objects.requireNonNull(without.numbered()));
      throw e;
    }
  }

  /** Executions of a batch, whose numbers are taken together. */
  static List<Planned> of(LogicalConnection connection, List<Plan> plans, List<BatchEntry> entries)
      throws SQLException {
    List<Planned> all = withNumbers(connection, plans, entries);
    plans.stream().filter(Plan::movesSequences).distinct().forEach(plan -> moved(connection, plan));
    return all;
  }

  /** Whoever takes a number with SELECT leaves those that are ready as they are. */
  private static void moved(LogicalConnection connection, Plan plan) {
    boolean takes = plan.effect() == Effect.READ_ON_PRIMARY || plan.effect() == Effect.READ;
    if (takes && !plan.sql().toLowerCase(Locale.ROOT).contains("setval")) {
      numbers(connection).lose();
    } else {
      numbers(connection).set();
    }
  }

  private static List<Planned> withNumbers(
      LogicalConnection connection, List<Plan> plans, List<BatchEntry> entries)
      throws SQLException {
    if (!anyNumbered(plans)) {
      List<Planned> all = new ArrayList<>(plans.size());
      for (int i = 0; i < plans.size(); i++) {
        all.add(new Planned(plans.get(i), entries.get(i).bindings().values()));
      }
      return all;
    }
    Map<Draw, Integer> counts = new LinkedHashMap<>();
    for (Plan plan : plans) {
      for (Draw draw : draws(plan)) {
        counts.merge(draw.times(1), draw.count(), Integer::sum);
      }
    }
    List<Draw> wanted = new ArrayList<>();
    counts.forEach((draw, count) -> wanted.add(draw.times(count)));
    boolean wasted = numbers(connection).areWasted();
    int sum = wanted.stream().mapToInt(Draw::count).sum();
    long[] taken = wasted ? new long[sum] : numbers(connection).take(wanted);
    Map<Draw, Integer> next = new HashMap<>();
    int start = 0;
    for (Draw draw : wanted) {
      next.put(draw.times(1), start);
      start += draw.count();
    }
    List<Planned> all = new ArrayList<>(plans.size());
    for (int i = 0; i < plans.size(); i++) {
      Plan plan = plans.get(i);
      Bindings bindings = entries.get(i).bindings();
      LongStream own = LongStream.empty();
      for (Draw draw : draws(plan)) {
        int end = next.merge(draw.times(1), draw.count(), Integer::sum);
        own = LongStream.concat(own, Arrays.stream(taken, end - draw.count(), end));
      }
      Optional<Numbering> numbering = plan.numbering();
      all.add(
          numbering.isEmpty()
              ? new Planned(plan, bindings.values())
              : with(
                  numbering.get(),
                  bindings,
                  wasted
                      ? new long[numbering.get().sizeOfAll()]
                      : numbers(connection).remember(numbering.get(), own.toArray())));
    }
    return all;
  }

  private static boolean anyNumbered(List<Plan> plans) {
    Plan before = null;
    for (Plan plan : plans) {
      if (!plan.equals(before) && plan.numbering().isPresent()) {
        return true;
      }
      before = plan;
    }
    return false;
  }

  private static List<Draw> draws(Plan plan) {
    return plan.numbering().map(Numbering::draws).orElse(List.of());
  }

  private static SequenceNumbers numbers(LogicalConnection connection) {
    return connection.session().numbers();
  }

  private static Planned with(Numbering numbering, Bindings bindings, long[] numbers) {
    Bindings all = bindings.numbered(numbering.markers(), numbers);
    return new Planned(numbering.plan(), all.values(), all);
  }
}
