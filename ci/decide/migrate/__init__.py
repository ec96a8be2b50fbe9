"""From a Dockerfile, a compose file or a workflow to a pipeline file. Pure: texts in, text out."""
