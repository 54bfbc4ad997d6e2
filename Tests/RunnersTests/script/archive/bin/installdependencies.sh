#!/bin/bash
apt-get install -y libicu
exit 0
