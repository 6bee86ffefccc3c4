/** From webhooks into streams: GitLab, its jobs, Alertmanager, and whoever else can post JSON. */
package io.millrace.bridges.gitlab;
