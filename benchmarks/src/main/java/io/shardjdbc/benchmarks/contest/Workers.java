package io.shardjdbc.benchmarks.contest;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The threads on which contestants act. */
public enum Workers {
  /** As many as act at once, which stay. */
  PLATFORM,
  /** A new one for each round of each actor; their processor time and bytes are not counted. */
  VIRTUAL;

  private static final int FIRST_JDK_WITH_VIRTUAL = 21;

  /** Looked up, since this is compiled for a JDK without it; null where it is missing. */
  private static final @Nullable Method VIRTUAL_THREADS = virtualThreads();

  /** Whether this JVM has them. */
  public boolean exist() {
    return this == PLATFORM || VIRTUAL_THREADS != null;
  }

  boolean areCounted() {
    return this == PLATFORM;
  }

  ExecutorService start(int threads) throws ReflectiveOperationException {
    if (this == PLATFORM) {
      return Executors.newFixedThreadPool(threads);
    }
    if (VIRTUAL_THREADS == null) {
      throw new UnsupportedOperationException("virtual threads are of JDK 21 and newer");
    }
    return (ExecutorService) VIRTUAL_THREADS.invoke(null);
  }

  private static @Nullable Method virtualThreads() {
    if (Runtime.version().feature() < FIRST_JDK_WITH_VIRTUAL) {
      return null;
    }
    try {
      return Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }
}
