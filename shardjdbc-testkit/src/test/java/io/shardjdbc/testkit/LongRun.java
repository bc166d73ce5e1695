package io.shardjdbc.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that takes long and whose kind the build tries by another, shorter one.
 *
 * <p>It runs where it is asked for: with {@code -Dshardjdbc.whole=true}, or by name.
 */
@Tag("long")
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface LongRun {}
