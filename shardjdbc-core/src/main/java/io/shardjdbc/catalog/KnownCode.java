package io.shardjdbc.catalog;

import io.shardjdbc.routing.catalog.UserCode;
import io.shardjdbc.routing.catalog.UserCode.Attached;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the shards have said of users' code, under one schema. Thread-safe. */
final class KnownCode {

  private final Map<String, List<String>> sources = new ConcurrentHashMap<>();
  private final Map<List<String>, List<Attached>> attached = new ConcurrentHashMap<>();
  private volatile @Nullable UserCode code;

  UserCode code(Supplier<UserCode> question) {
    UserCode known = code;
    if (known == null) {
      known = question.get();
      code = known;
    }
    return known;
  }

  List<String> sources(String signature, Function<String, List<String>> question) {
    List<String> known = sources.get(signature);
    if (known == null) {
      known = question.apply(signature);
      sources.put(signature, known);
    }
    return known;
  }

  List<Attached> attached(List<String> table, Function<List<String>, List<Attached>> question) {
    List<Attached> known = attached.get(table);
    if (known == null) {
      known = question.apply(table);
      attached.put(table, known);
    }
    return known;
  }
}
