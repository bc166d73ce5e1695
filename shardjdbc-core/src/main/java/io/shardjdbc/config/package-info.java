/**
 * The one immutable, validated configuration that a DataSource is made of.
 *
 * <p>{@link io.shardjdbc.config.Configuration} comes from a YAML file by {@link
 * io.shardjdbc.config.ConfigurationYaml} or from its builder; both end in the same checks, so that
 * whatever holds one need not look again. Where rows are is {@link
 * io.shardjdbc.routing.RoutingConfiguration}, which the router also reads alone.
 */
@NullMarked
package io.shardjdbc.config;

import org.jspecify.annotations.NullMarked;
