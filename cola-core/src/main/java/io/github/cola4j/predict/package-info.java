/**
 * Trained models in use: one base with one adapter, or a merged model, behind an API that a service
 * can hold. Depends on task, gl and generate.
 */
package io.github.cola4j.predict;
