package io.shardjdbc.tests.observe;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** The names that meters have in Prometheus, by Micrometer's convention. */
final class PrometheusNames {

  private PrometheusNames() {}

  static Set<String> of(MeterRegistry registry) {
    Set<String> names = new TreeSet<>();
    registry.getMeters().stream().map(Meter::getId).forEach(id -> add(id, names));
    return names;
  }

  private static void add(Meter.Id id, Set<String> names) {
    String name = id.getName().replace('.', '_').toLowerCase(Locale.ROOT);
    String unit = id.getBaseUnit() == null ? "" : "_" + id.getBaseUnit();
    switch (id.getType()) {
      case COUNTER -> names.add(name + unit + "_total");
      case TIMER -> addAll(name + "_seconds", names);
      case DISTRIBUTION_SUMMARY -> addAll(name + unit, names);
      default -> names.add(name + unit);
    }
  }

  private static void addAll(String name, Set<String> names) {
    names.addAll(Set.of(name + "_count", name + "_sum", name + "_max", name + "_bucket"));
  }
}
