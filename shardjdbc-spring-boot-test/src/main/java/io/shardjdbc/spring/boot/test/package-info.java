/** Tests of Spring applications over real shards, by one annotation. */
@NullMarked
package io.shardjdbc.spring.boot.test;

import org.jspecify.annotations.NullMarked;
